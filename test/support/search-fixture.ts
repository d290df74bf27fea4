import { BASELINE_ARM } from '#core/find/evidence.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { searchProgress } from '#core/find/progress.ts';
import type { SearchSettings } from '#core/find/settings.ts';
import { armAt } from '#core/find/settings.ts';
import type { RunRecord } from '#core/records.ts';
import { armsOf } from '#core/study.ts';
import { SIMULATED, simulatedRun } from './simulated-search.ts';
import { studyFixture } from './study-fixture.ts';

const SEEDS = [1, 2, 3];

/** A search in which these candidates were tried, each with three pairs that cost so many points. */
export function searchFixture(
  costs: Readonly<Record<number, number>>,
  changes: Partial<SearchSettings> = {},
): SearchProgress {
  const settings: SearchSettings = { ...SIMULATED, candidates: [0.3, 0.5, 0.7], equalTime: false, ...changes };
  const arms = Object.entries(costs).flatMap(([value, cost]) =>
    SEEDS.map((seed) => simulatedRun(armAt(Number(value), settings), seed, 10 + cost + 0.01 * seed)),
  );
  const baseline = SEEDS.map((seed) => simulatedRun(BASELINE_ARM, seed, 10 + 0.005 * seed));
  const [plan] = armsOf([], false);
  const runs = [{ seed: 1, testError: 0.1, trainingSeconds: 1 }];
  const {
    arms: studyArms,
    runs: [run],
  } = studyFixture([{ arm: plan, runs }], SEEDS);
  const records = [...baseline, ...arms].map((one): RunRecord => ({ ...run, ...one, spec: run.spec }));
  return searchProgress({ id: 'study-1', name: 'a search', arms: studyArms, runs: records }, settings);
}
