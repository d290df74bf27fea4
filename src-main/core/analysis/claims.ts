import { z } from 'zod';
import type { TestedArm } from './compared-arm.ts';
import { probabilitySchema, seedsNeededSchema } from './compared-arm.ts';
import type { Outcome } from './outcomes.ts';
import { outcomeSchema, outcomesOf } from './outcomes.ts';

const claimKind = z.enum([
  'faster',
  'slower',
  'better',
  'worse',
  'not-worse',
  'worse-than-margin',
  'better-than-less-training',
  'not-better-than-less-training',
]);

/** What a study says about an arm. */
export const verdictSchema = z.object({
  arm: z.string(),
  claim: z.enum(['measured', 'not-measured']),
  /** The claims that hold, by p adjusted over the study's policy arms. */
  claims: z.array(z.object({ kind: claimKind, p: probabilitySchema, holm: probabilitySchema })),
  /** The claims that the means point to, or that the study asked about, where too few seeds support them or their opposite. */
  undecided: z.array(z.object({ kind: claimKind, seedsNeeded: seedsNeededSchema })),
  /** The same as answers to the study's questions: shown better, shown not better, not shown. Empty for controls. */
  outcomes: z.array(outcomeSchema),
  text: z.string(),
});

export type ClaimKind = z.infer<typeof claimKind>;
export type Verdict = z.infer<typeof verdictSchema>;

export type Claims = Pick<Verdict, 'claims' | 'undecided' | 'outcomes'>;

/** A test and the claim that it can support. */
interface Claimable {
  readonly kind: ClaimKind;
  readonly test: { readonly p: number | null; readonly holm: number | null } | null;
}

/** The claims that hold for an arm, and those with too few seeds. Controls and arms without a pair make no claims. */
export function claimsOf(arm: TestedArm): Claims {
  const outcomes = outcomesOf(arm);
  const claims = outcomes.flatMap((outcome) => {
    if (outcome.state === 'not-shown') return [];
    const { kind, test } = claimableOf(arm, outcome);
    return test !== null && test.p !== null && test.holm !== null ? [{ kind, p: test.p, holm: test.holm }] : [];
  });
  const undecided = outcomes
    .filter(({ state }) => state === 'not-shown')
    .map(({ question, seedsNeeded }) => ({ kind: askedKind(arm, question), seedsNeeded }));
  return { claims, undecided, outcomes };
}

function claimableOf(arm: TestedArm, { question, state }: Outcome): Claimable {
  const isBetter = state === 'shown-better';
  const { tests, nonInferiority, againstEqualTime } = arm;
  switch (question) {
    case 'time':
      return { kind: isBetter ? 'faster' : 'slower', test: tests.wall };
    case 'accuracy':
      return { kind: isBetter ? 'better' : 'worse', test: tests.errorDelta };
    case 'margin':
      if (isBetter) return { kind: 'not-worse', test: nonInferiority };
      return { kind: 'worse-than-margin', test: nonInferiority?.worse ?? null };
    case 'less-training':
      if (isBetter) return { kind: 'better-than-less-training', test: againstEqualTime };
      return { kind: 'not-better-than-less-training', test: againstEqualTime?.notBetter ?? null };
  }
}

/** The claim by which an open question is named: what the mean points to, or what the study asked about. */
function askedKind({ saved, errorDelta }: TestedArm, question: Outcome['question']): ClaimKind {
  switch (question) {
    case 'time':
      return saved.wall !== null && saved.wall < 0 ? 'slower' : 'faster';
    case 'accuracy':
      return errorDelta !== null && errorDelta < 0 ? 'better' : 'worse';
    case 'margin':
      return 'not-worse';
    case 'less-training':
      return 'better-than-less-training';
  }
}
