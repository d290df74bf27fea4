import type { CandidateDecision } from './evidence.ts';

/** The decision on a candidate, in words for people. */
export const DECISION_WORDS: Readonly<Record<CandidateDecision, string>> = {
  shown: 'within the tolerance',
  worse: 'given up: too bad',
  'not-shown': 'not shown to be within it',
  diverged: 'diverged',
  open: 'open',
  stuck: 'the baseline diverged',
};
