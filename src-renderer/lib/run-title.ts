import type { RunRecord } from '#core/records.ts';
import { nameOfRun } from '#core/run-name.ts';

/** "cubic scaled 0.8, seed 3"; the network where no study names an arm. */
export function runTitle({ arm, seed, spec }: Pick<RunRecord, 'arm' | 'seed' | 'spec'>): string {
  return `${nameOfRun(arm, spec)}, seed ${seed}`;
}
