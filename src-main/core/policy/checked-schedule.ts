import { badRequest } from '#core/errors.ts';
import { isSingle, MOST_SINGLE } from '#core/single-precision.ts';
import type { ScheduledLength, ScheduledSpec } from './planned-schedule.ts';
import { plannedSchedule } from './planned-schedule.ts';
import type { Schedule } from './schedule.ts';

/**
 * The schedule of a run that is to train. Throws a bad request where a layer's rate is none that the training's single precision can
 * hold, or where a layer has no time at all: a t0 of 1e-200 makes both.
 */
export function checkedSchedule(spec: ScheduledSpec, length: ScheduledLength): Schedule {
  const schedule = plannedSchedule(spec, length);
  const { ratios, warmupSteps, initialLearningRates } = schedule;
  for (const [layer, rate] of initialLearningRates.entries()) {
    const named = `layer ${layer} (${length.layerNames[layer]})`;
    const first = warmupSteps < length.steps ? schedule.learningRateAt(layer, warmupSteps) : 0;
    if (ratios[layer] === 0 && Number.isNaN(first)) {
      throw badRequest(`The time after which ${named} freezes is so small that it counts as 0: choose a larger t0.`);
    }
    if (isSingle(rate) && isSingle(first)) continue;
    throw badRequest(
      `The rate of ${named} would begin at ${rate}, and training holds at most ${MOST_SINGLE}: choose a larger t0, a lower learning rate or smaller factors.`,
    );
  }
  return schedule;
}
