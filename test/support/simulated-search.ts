import type { z } from 'zod';
import type { CandidateEvidence } from '#core/find/evidence.ts';
import { BASELINE_ARM } from '#core/find/evidence.ts';
import { standingOf } from '#core/find/search.ts';
import type { SearchRun } from '#core/find/search-run.ts';
import type { SearchSettings } from '#core/find/settings.ts';
import { armAt, searchRequestSchema, settingsOf } from '#core/find/settings.ts';
import type { RandomStream } from '#core/random.ts';
import { randomStream } from '#core/random.ts';
import { equalTimeName } from '#core/study.ts';

/** Errors of runs around their truth, in points: `spread` is the standard deviation. */
export type Noise = (stream: RandomStream) => number;

/** Mean 0, standard deviation 1. */
export const NOISES = {
  normal: (stream) => stream.nextNormal(),
  /** Exponential, long to the right: now and then a run is much worse. */
  skewed: (stream) => -Math.log(1 - stream.nextUniform()) - 1,
} as const satisfies Readonly<Record<string, Noise>>;

export interface SimulatedTruth {
  /** What a candidate's error really increases by, in points. */
  readonly increase: (value: number) => number;
  /** What a baseline of equal time really loses, in points; the candidate's own increase makes them equals. */
  readonly equalTimeIncrease?: (value: number) => number;
  readonly noise: Noise;
  /** Standard deviation of a run's error, in points; of the baseline's own, where it differs. */
  readonly spread: number;
  readonly baselineSpread?: number;
}

export const SIMULATED: SearchSettings = simulatedSettings({ tolerance: 0.5, budgetSeconds: 1e6 });

/** Over the number of frozen layers of a network with nine layers before its head. */
export const SIMULATED_LAYERS: SearchSettings = simulatedSettings({
  ...{ tolerance: 0.5, budgetSeconds: 1e6 },
  over: { kind: 'layers' },
});

function simulatedSettings(request: z.input<typeof searchRequestSchema>) {
  return settingsOf(searchRequestSchema.parse(request), { layerCount: 10, seeds: [] });
}

export function simulatedRun(arm: string, seed: number, errorPoints: number, changes: Partial<SearchRun> = {}) {
  return {
    id: `${arm}/${seed}`,
    ...{ arm, seed, status: 'finished', reason: null, deleted: false, profileSaved: null, imported: false },
    testError: errorPoints / 100,
    seconds: { training: 10, evaluation: 0, checkpoint: 0 },
    spec: { test: 10_000 },
    ...changes,
  } satisfies SearchRun;
}

export interface SimulatedSearch {
  readonly best: CandidateEvidence | null;
  readonly beatsEqualTime: boolean;
  /** Whether the best candidate is said not to be better than training less. */
  readonly isNotBetter: boolean;
  /** The candidates that are said to exceed the tolerance. */
  readonly outside: readonly number[];
  readonly runs: number;
}

/** Trains in no time what the search asks for, to its end. */
export function simulateSearch(settings: SearchSettings, truth: SimulatedTruth, seed: number): SimulatedSearch {
  const stream = randomStream(seed, 'synthetic', 0);
  const increaseOf = new Map(settings.candidates.flatMap((value) => armsOfCandidate(value, settings)));
  const runs: SearchRun[] = [];
  for (;;) {
    const { next, best, againstEqualTime, tried } = standingOf(settings, runs);
    if ('end' in next) {
      return {
        best,
        beatsEqualTime: againstEqualTime?.beats ?? false,
        isNotBetter: againstEqualTime?.outcome === 'shown-not-better',
        outside: tried.filter(({ outcome }) => outcome === 'shown-outside').map(({ value }) => value),
        runs: runs.length,
      };
    }
    for (const { arm, seed: own } of next.train.places) {
      const spread = arm === BASELINE_ARM ? (truth.baselineSpread ?? truth.spread) : truth.spread;
      const increase = increaseOf.get(arm)?.(truth) ?? 0;
      runs.push(simulatedRun(arm, own, 10 + increase + spread * truth.noise(stream)));
    }
  }
}

type Increase = (truth: SimulatedTruth) => number;

function armsOfCandidate(value: number, settings: SearchSettings): [string, Increase][] {
  const arm = armAt(value, settings);
  return [
    [arm, ({ increase }) => increase(value)],
    [equalTimeName(arm), ({ increase, equalTimeIncrease = increase }) => equalTimeIncrease(value)],
  ];
}
