import { LEAST_PAIRS } from './statistics.ts';

/** "two seeds cannot show anything; add at least one"; null where so many pairs can show something, and where there is none yet. */
export function tooFewSeeds(pairs: number): string | null {
  if (pairs < 1 || pairs >= LEAST_PAIRS) return null;
  return pairs === 1
    ? 'one seed cannot show anything; add at least two'
    : 'two seeds cannot show anything; add at least one';
}
