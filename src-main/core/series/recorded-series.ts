import { epochSeconds } from './epoch-seconds.ts';
import { learningRate } from './learning-rate.ts';
import {
  gpuMemory,
  gpuTemperature,
  gpuUse,
  gpuWatts,
  machineMemory,
  processorUse,
  processorWatts,
  trainerMemory,
} from './machine-series.ts';
import type { Series } from './series.ts';
import { stepLoss } from './step-loss.ts';
import { otherMs, stepMs, waitMs } from './step-phases.ts';
import { trainLoss } from './train-loss.ts';
import { validationError } from './validation-error.ts';
import { validationLoss } from './validation-loss.ts';

/** Every series that runs record, in the order in which tables show them. */
export const RECORDED_SERIES = [
  trainLoss,
  validationLoss,
  validationError,
  epochSeconds,
  stepLoss,
  learningRate,
  waitMs,
  stepMs,
  otherMs,
  processorUse,
  trainerMemory,
  machineMemory,
  processorWatts,
  gpuUse,
  gpuMemory,
  gpuTemperature,
  gpuWatts,
] as const satisfies readonly Series[];
