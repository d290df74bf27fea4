import type { Verdict } from './claims.ts';
import type { Outcome, OutcomeQuestion, OutcomeState } from './outcomes.ts';
import { OUTCOME_QUESTIONS } from './outcomes.ts';
import { marginPoints } from './quantity.ts';
import { LEAST_PAIRS, MOST_SEEDS } from './statistics.ts';

/** Where the 5 % hold, and where they do not: docs/statistics.md, "How often it errs". Said next to the claims of a study. */
export const CLAIM_LIMIT =
  'In simulations at most 5 % of studies make a false claim of a kind, except where the runs of an arm scatter to one side and those of the baseline hardly do: there it has been up to 42 %, so look at the single seeds. The claims hold for these test images.';

/** The titles of columns that hold the outcomes of a question. */
export const OUTCOME_TITLES: Readonly<Record<OutcomeQuestion, (margin: number) => string>> = {
  time: () => 'time',
  accuracy: () => 'errors',
  margin: (margin) => `than ${marginPoints(margin)}`,
  'less-training': () => 'than training less',
};

/** The questions to which at least one of these verdicts has an answer, in their order. */
export function outcomeQuestions(verdicts: readonly Pick<Verdict, 'outcomes'>[]): OutcomeQuestion[] {
  return OUTCOME_QUESTIONS.filter((question) =>
    verdicts.some(({ outcomes }) => outcomes.some((outcome) => outcome.question === question)),
  );
}

type ShownState = Exclude<OutcomeState, 'not-shown'>;

const SHOWN_WORDS: Readonly<Record<OutcomeQuestion, Readonly<Record<ShownState, string>>>> = {
  time: { 'shown-better': 'less time', 'shown-not-better': 'more time' },
  accuracy: { 'shown-better': 'fewer errors', 'shown-not-better': 'more errors' },
  margin: { 'shown-better': 'not worse', 'shown-not-better': 'worse' },
  'less-training': { 'shown-better': 'better', 'shown-not-better': 'not better' },
};

/** "less time"; "not shown" where neither side is. */
export function outcomeWords({ question, state }: Pick<Outcome, 'question' | 'state'>): string {
  return state === 'not-shown' ? 'not shown' : SHOWN_WORDS[question][state];
}

/** "not better"; "not shown (n = 3, about 12 needed)"; "not shown (n = 2, at least 3 needed)". */
export function outcomeCell(outcome: Outcome): string {
  const { state, pairs, seedsNeeded } = outcome;
  if (state !== 'not-shown') return outcomeWords(outcome);
  const needed = seedsNeeded === null ? '' : `, ${seedsText(seedsNeeded)} needed`;
  return `not shown (n = ${pairs}${pairs < LEAST_PAIRS ? `, at least ${LEAST_PAIRS} needed` : needed})`;
}

/** "about 12 seeds would settle a difference like this" */
export function settlingSeeds(seedsNeeded: number): string {
  return `${seedsText(seedsNeeded)} seeds would settle a difference like this`;
}

function seedsText(seedsNeeded: number): string {
  return seedsNeeded < MOST_SEEDS ? `about ${seedsNeeded}` : `${MOST_SEEDS.toLocaleString('en')} or more`;
}
