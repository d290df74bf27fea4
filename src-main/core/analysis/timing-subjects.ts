import { namedSeeds } from '../seeds.ts';
import { enumerated, quotedName } from './name-list.ts';
import { UNKNOWN } from './quantity.ts';
import type { TimedRun } from './timed-run.ts';

/** Nobody reads a longer list. */
const MOST_ARMS = 4;

/** "cubic 0.5 (seeds 1 and 2) and linear 0.8 (all 3 seeds)": names `some` of the runs, by arm. */
export function subjects(some: readonly TimedRun[], all: readonly TimedRun[]): string {
  const arms = [...new Set(some.map(({ arm }) => arm))];
  const named = arms.slice(0, MOST_ARMS).map((arm) => {
    const seeds = some.filter((run) => run.arm === arm).map(({ seed }) => seed);
    return `${quotedName(arm ?? UNKNOWN)} (${seedsText(seeds, all.filter((run) => run.arm === arm).length)})`;
  });
  const others = arms.length - named.length;
  return enumerated(others === 0 ? named : [...named, others === 1 ? 'another arm' : `${others} other arms`]);
}

function seedsText(seeds: readonly number[], count: number): string {
  if (seeds.length === count && count > 1) return `all ${count} seeds`;
  return namedSeeds(seeds);
}
