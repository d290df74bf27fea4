import type { RunSpec } from '#core/run.ts';
import type { Environment } from '#core/run-event.ts';
import type { TensorFlowLibrary } from '../tensorflow/library.ts';
import { loadTensorFlow } from '../tensorflow/library.ts';
import { arithmeticOf, checkPrecision } from '../tensorflow/precision.ts';
import { environmentOf } from '../trainer-host/environment.ts';
import { computeCapability } from '../trainer-host/gpu-card.ts';

export interface OpenTensorFlow extends TensorFlowLibrary {
  readonly environment: Environment;
}

/** TensorFlow as a spec asks for it. Throws 'unavailable' where it is not installed, or lacks the device or the precision. */
export function openTensorFlow({
  device: requested,
  precision,
}: Pick<RunSpec, 'device' | 'precision'>): OpenTensorFlow {
  const { binding, device } = loadTensorFlow(requested, precision);
  checkPrecision(precision, device, computeCapability);
  const arithmetic = arithmeticOf(precision, device.backend === 'tensorflow-gpu');
  return { binding, device, environment: environmentOf(device, arithmetic?.text) };
}
