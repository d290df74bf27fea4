import { isSettled } from './arm-tests.ts';
import type { ClaimKind, TestedArm, Verdict } from './comparison.ts';

export type Claims = Pick<Verdict, 'claims' | 'undecided'>;

/** A question that a study asks of a policy arm, and what its test says; null where it could not be made. */
interface Question {
  /** What the mean points to. */
  readonly kind: ClaimKind;
  readonly holds: boolean;
  readonly test: {
    readonly p: number | null;
    readonly holm: number | null;
    readonly seedsNeeded: number | null;
  } | null;
}

/** What holds of an arm, and what too few seeds say. Controls and arms without a pair make no claims. */
export function claimsOf(arm: TestedArm): Claims {
  if (arm.role !== 'policy' || arm.points.length === 0) return { claims: [], undecided: [] };
  const questions = questionsOf(arm);
  const claims = questions.flatMap(({ kind, holds, test }) =>
    holds && test !== null && test.p !== null && test.holm !== null ? [{ kind, p: test.p, holm: test.holm }] : [],
  );
  const undecided = questions
    .filter(({ holds }) => !holds)
    .map(({ kind, test }) => ({ kind, seedsNeeded: test?.seedsNeeded ?? null }));
  return { claims, undecided };
}

function questionsOf({ saved, errorDelta, tests, nonInferiority, againstEqualTime }: TestedArm): Question[] {
  const isSlower = saved.wall !== null && saved.wall < 0;
  const isBetter = errorDelta !== null && errorDelta < 0;
  const questions: Question[] = [
    { kind: isSlower ? 'slower' : 'faster', holds: isSettled(tests.wall), test: tests.wall },
    { kind: isBetter ? 'better' : 'worse', holds: isSettled(tests.errorDelta), test: tests.errorDelta },
    { kind: 'not-worse', holds: nonInferiority?.holds ?? false, test: nonInferiority },
  ];
  if (againstEqualTime === null) return questions;
  return [...questions, { kind: 'better-than-less-training', holds: againstEqualTime.beats, test: againstEqualTime }];
}
