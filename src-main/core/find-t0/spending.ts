import type { Look, SearchSettings } from './settings.ts';

/** The most that searches may recommend a t0 falsely. */
export const ERROR_RATE = 0.05;

/** How sure it has to be that a candidate exceeds the tolerance for it to be given up early, which claims nothing. */
export const GIVING_UP_LEVEL = 0.1;

/** Candidates that a bisection of `count` values tries at most: ceil(log2(count + 1)). */
export function mostTried(count: number): number {
  return Math.ceil(Math.log2(count + 1));
}

/**
 * Level of the one-sided test at a look: Bonferroni over the looks (by their shares) and over the candidates that a bisection
 * can try (in equal parts), the simplest error-spending rule (Lan and DeMets 1983, with the spending fixed in advance).
 *
 * Why the bound holds although the data choose the candidates and share a baseline: let the error increase not fall as t0
 * falls. A candidate that is in truth too bad is only ever tried after all tried ones that are in truth good enough were shown
 * and no bad one was, since a good one that is not shown sends the search up, to better ones. So the first false claim can only
 * be made on the one path of right decisions, which no data choose, and on it there are `mostTried` candidates at most.
 */
export function levelAt(look: Look, { candidates }: Pick<SearchSettings, 'candidates'>): number {
  return (ERROR_RATE * look.share) / mostTried(candidates.length);
}
