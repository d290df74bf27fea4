import { classCostDots } from './class-costs-figure.ts';
import { classErrorBars } from './class-errors-figure.ts';
import { comparison } from './comparison-figure.ts';
import { confusionMatrices } from './confusion-figure.ts';
import { curves } from './curve-figure.ts';
import { epochTimes } from './epoch-times-figure.ts';
import { errorVsTime } from './error-vs-time-figure.ts';
import type { FigureKind } from './figure-kind.ts';
import { freezeTimelines } from './freeze-timeline-figure.ts';
import { learningRates } from './learning-rates-figure.ts';
import { stepProfiles } from './step-profile-figure.ts';
import { stepPhases } from './step-times-figure.ts';

/** Every kind of figure, in the order in which pages and reports show them. */
export const FIGURES = [
  comparison,
  errorVsTime,
  curves,
  epochTimes,
  freezeTimelines,
  learningRates,
  stepPhases,
  stepProfiles,
  confusionMatrices,
  classErrorBars,
  classCostDots,
] as const satisfies readonly FigureKind[];
