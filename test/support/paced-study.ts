import { epochPaceOf } from '#core/analysis/epoch-pace.ts';
import { paceWarnings } from '#core/analysis/pace-warnings.ts';
import { paceOf } from '#core/analysis/run-pace.ts';
import type { TimedRun } from '#core/analysis/timed-run.ts';
import { timedPairs } from '#core/analysis/timed-run.ts';
import { environmentSchema } from '#core/run-event.ts';
import { UNKNOWN_CONDITIONS } from './conditions.ts';
import type { Sampled } from './sampled-steps.ts';
import { RATIOS, sampled, timedEpochs } from './sampled-steps.ts';

export const ENVIRONMENT = environmentSchema.parse({ host: 'bench', device: 'AMD EPYC' });

export interface PacedStudy {
  readonly samples?: number;
  /** Steps of an epoch whose time is known too; without them only sampled steps are. */
  readonly stepsPerEpoch?: number | undefined;
  readonly noise?: number;
  readonly spikes?: number;
  readonly seeds?: number;
  /** Tells the draws of one study from those of another. */
  readonly draw?: number;
  /** By "arm seed" or arm. */
  readonly loads?: Readonly<Record<string, Sampled['load']>>;
}

/** A baseline and one arm, each run with a pace from steps of 100 ms and a profile that is right. */
export function warningsOf({ samples = 60, stepsPerEpoch, ...study }: PacedStudy): readonly string[] {
  const { noise = 0.04, spikes = 0, seeds = 1, draw = 0, loads = {} } = study;
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  const runs = numbers.flatMap((seed) =>
    ['baseline', 'cubic'].map((arm, place): TimedRun => {
      const load = loads[`${arm} ${seed}`] ?? loads[arm];
      const run: Sampled = {
        samples,
        noise,
        spikes,
        seed: 1000 * draw + 2 * seed + place,
        load,
        freezes: arm === 'cubic',
      };
      const steps = sampled(run);
      return {
        ...{ arm, seed, environment: ENVIRONMENT, conditions: UNKNOWN_CONDITIONS, imported: false },
        ...{
          startedAt: null,
          endedAt: null,
          seconds: { training: 100, evaluation: 6, checkpoint: 2 },
          stepsPerEpoch: stepsPerEpoch ?? 500,
        },
        pace: paceOf(steps, ratioAt),
        epochPace: stepsPerEpoch === undefined ? null : epochPaceOf(timedEpochs(run, stepsPerEpoch), steps, ratioAt),
      };
    }),
  );
  return paceWarnings(timedPairs(runs, 'baseline'), runs);
}

function ratioAt(depth: number) {
  return { ratio: RATIOS[depth], error: 0.01 };
}
