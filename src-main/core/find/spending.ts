import type { Look, SearchSettings } from './settings.ts';

/** The largest share of searches that may falsely recommend a value. */
export const ERROR_RATE = 0.05;

/** Level of the test that a candidate exceeds the tolerance, which gives it up early. Giving up claims nothing. */
export const GIVING_UP_LEVEL = 0.1;

/** The most candidates that a bisection of `count` values tries: ceil(log2(count + 1)). */
export function mostTried(count: number): number {
  return Math.ceil(Math.log2(count + 1));
}

/**
 * Level of the one-sided test at a look: Bonferroni over the looks (by their shares) and over the candidates that a bisection
 * can try (in equal parts), the simplest error-spending rule (Lan and DeMets 1983, with the spending fixed in advance).
 *
 * The bound holds although the data choose the candidates and share a baseline, if a candidate that saves more does not cost less.
 * Before the first false claim, no bad candidate was shown. A bad candidate is then only tried if all good ones tried before
 * were shown, since a good one that is not shown sends the search on to better ones. So the first false claim can only be made
 * on the one path of right decisions, which does not depend on the data and has at most `mostTried` candidates.
 */
export function levelAt(look: Look, { candidates }: Pick<SearchSettings, 'candidates'>): number {
  return (ERROR_RATE * look.share) / mostTried(candidates.length);
}

/**
 * Level of the one-sided test at a look that a candidate exceeds the tolerance, for the claim that it does. Which candidates are
 * tried depends on the data here: a good one that is not shown sends the search on to others, each of which could be claimed
 * falsely too. So Bonferroni runs over all candidates, whichever are tried.
 */
export function outsideLevelAt(look: Look, { candidates }: Pick<SearchSettings, 'candidates'>): number {
  return (ERROR_RATE * look.share) / candidates.length;
}
