import { z } from 'zod';
import { isSettled } from './arm-tests.ts';
import type { TestedArm } from './compared-arm.ts';
import { probabilitySchema, seedsNeededSchema } from './compared-arm.ts';

const claimKind = z.enum(['faster', 'slower', 'better', 'worse', 'not-worse', 'better-than-less-training']);

/** What a study says about an arm. */
export const verdictSchema = z.object({
  arm: z.string(),
  claim: z.enum(['measured', 'not-measured']),
  /** The claims that hold, by p adjusted over the study's policy arms. */
  claims: z.array(z.object({ kind: claimKind, p: probabilitySchema, holm: probabilitySchema })),
  /** The claims that the means point to, or that the study asked about, but that too few seeds support. */
  undecided: z.array(z.object({ kind: claimKind, seedsNeeded: seedsNeededSchema })),
  text: z.string(),
});

export type ClaimKind = z.infer<typeof claimKind>;
export type Verdict = z.infer<typeof verdictSchema>;

export type Claims = Pick<Verdict, 'claims' | 'undecided'>;

/** A question that a study asks about a policy arm, and the result of its test; null where no test was possible. */
interface Question {
  /** The answer that the mean points to. */
  readonly kind: ClaimKind;
  readonly holds: boolean;
  readonly test: {
    readonly p: number | null;
    readonly holm: number | null;
    readonly seedsNeeded: number | null;
  } | null;
}

/** The claims that hold for an arm, and those with too few seeds. Controls and arms without a pair make no claims. */
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
