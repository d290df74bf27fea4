import type { CandidateDecision, CandidateEvidence } from './evidence.ts';

const DECISION_WORDS: Readonly<Record<CandidateDecision, string>> = {
  shown: 'shown within the tolerance',
  worse: 'not shown within it, given up',
  'not-shown': 'not shown within it',
  diverged: 'diverged',
  open: 'open',
  stuck: 'the baseline diverged',
};

/** The decision on a candidate, in words for people: shown within, shown outside, or neither shown. */
export function decisionText({ decision, outcome }: Pick<CandidateEvidence, 'decision' | 'outcome'>): string {
  return outcome === 'shown-outside' ? 'shown outside the tolerance' : DECISION_WORDS[decision];
}
