import { z } from 'zod';
import { isSettled } from './arm-tests.ts';
import type { TestedArm } from './compared-arm.ts';
import { seedsNeededSchema } from './compared-arm.ts';

/** Less time? Fewer errors? Not worse than the margin? Better than training less for as long? */
export const OUTCOME_QUESTIONS = ['time', 'accuracy', 'margin', 'less-training'] as const;
const outcomeQuestion = z.enum(OUTCOME_QUESTIONS);
const outcomeState = z.enum(['shown-better', 'shown-not-better', 'not-shown']);

/** One of the questions that a study asks about a policy arm, with one of three answers, each of which needs a test of its own. */
export const outcomeSchema = z.object({
  question: outcomeQuestion,
  state: outcomeState,
  pairs: z.int().min(0),
  /** Pairs that would settle the question, on the side on which the mean lies; null where it is settled or unknown. */
  seedsNeeded: seedsNeededSchema,
});

export type OutcomeQuestion = z.infer<typeof outcomeQuestion>;
export type OutcomeState = z.infer<typeof outcomeState>;
export type Outcome = z.infer<typeof outcomeSchema>;

/** What is shown about a policy arm; "not shown" is not "not there". Empty for controls and for arms without a pair. */
export function outcomesOf(arm: TestedArm): Outcome[] {
  if (arm.role !== 'policy' || arm.points.length === 0) return [];
  const { saved, errorDelta, tests, againstEqualTime } = arm;
  const pairs = arm.points.length;
  const time: Outcome = { question: 'time', pairs, ...signed(tests.wall, saved.wall !== null && saved.wall > 0) };
  const isBetter = errorDelta !== null && errorDelta < 0;
  const accuracy: Outcome = { question: 'accuracy', pairs, ...signed(tests.errorDelta, isBetter) };
  const withoutControl: Outcome[] = [time, accuracy, { question: 'margin', pairs, ...marginOutcome(arm) }];
  if (againstEqualTime === null) return withoutControl;
  const lessTraining = { pairs: againstEqualTime.pairs, ...lessTrainingOutcome(againstEqualTime) };
  return [...withoutControl, { question: 'less-training', ...lessTraining }];
}

/** What is shown of an arm on one question; nothing where it is not asked. */
export function outcomeTo(arm: TestedArm, question: OutcomeQuestion): Outcome | undefined {
  return outcomesOf(arm).find((outcome) => outcome.question === question);
}

type Settled = Pick<Outcome, 'state' | 'seedsNeeded'>;

/** The outcome of a two-sided test, whose p settles either side. */
function signed(test: TestedArm['tests']['wall'], isBetter: boolean): Settled {
  if (!isSettled(test)) return { state: 'not-shown', seedsNeeded: test?.seedsNeeded ?? null };
  return { state: isBetter ? 'shown-better' : 'shown-not-better', seedsNeeded: null };
}

function marginOutcome({ nonInferiority, errorDelta }: TestedArm): Settled {
  if (nonInferiority === null) return { state: 'not-shown', seedsNeeded: null };
  const { margin, holds, seedsNeeded, worse } = nonInferiority;
  if (holds) return { state: 'shown-better', seedsNeeded: null };
  if (worse.holds) return { state: 'shown-not-better', seedsNeeded: null };
  const isBelow = errorDelta !== null && errorDelta < margin;
  return { state: 'not-shown', seedsNeeded: isBelow ? seedsNeeded : worse.seedsNeeded };
}

function lessTrainingOutcome(against: NonNullable<TestedArm['againstEqualTime']>): Settled {
  const { beats, notBetter, errorDelta, seedsNeeded } = against;
  if (beats) return { state: 'shown-better', seedsNeeded: null };
  if (notBetter?.holds) return { state: 'shown-not-better', seedsNeeded: null };
  return { state: 'not-shown', seedsNeeded: errorDelta < 0 ? seedsNeeded : (notBetter?.seedsNeeded ?? null) };
}
