import type { Difference } from '../difference.ts';
import { isShown } from '../difference.ts';
import { settlingSeeds } from '../outcome-words.ts';
import { pValue, signedPercent, signedPoints } from '../quantity.ts';
import { tooFewSeeds } from '../too-few-seeds.ts';
import type { Undecided } from './answer.ts';

/** "+0.21 points (95 % interval +0.02 to +0.40, Holm p 0.021, n = 5)" */
export function pointsText(difference: Difference): string {
  return withEvidence(`${signedPoints(difference.mean)} points`, difference, signedPoints);
}

/** The difference of two fractions: "+2.1 % (95 % interval +0.2 % to +4.0 %, Holm p 0.021, n = 5)". */
export function percentText(difference: Difference): string {
  return withEvidence(signedPercent(difference.mean), difference, signedPercent);
}

/** An open question about a difference, with the number of seeds that would settle it. */
export function openQuestion(question: string, difference: Difference | null): Undecided {
  const pairs = difference?.pairs ?? 0;
  const seedsNeeded = difference?.seedsNeeded ?? null;
  return { text: `${question}: ${settlingText({ pairs, seedsNeeded })}`, seedsNeeded };
}

/** "about 12 seeds would settle a difference like this" */
export function settlingText({ pairs, seedsNeeded }: Pick<Difference, 'pairs' | 'seedsNeeded'>): string {
  if (seedsNeeded !== null) return settlingSeeds(seedsNeeded);
  if (pairs === 0) return 'no seed has finished';
  return tooFewSeeds(pairs) ?? 'these seeds do not tell how many it takes';
}

/** The sign of a difference where that is shown, else `not-shown`. */
export function signOf(difference: Difference | null): 'above' | 'below' | 'not-shown' {
  if (difference === null || !isShown(difference)) return 'not-shown';
  return difference.mean > 0 ? 'above' : 'below';
}

function withEvidence(value: string, { ci, holm, pairs }: Difference, write: (end: number) => string): string {
  const evidence = [
    ...(ci === null ? ['no interval with one seed'] : [`95 % interval ${write(ci[0])} to ${write(ci[1])}`]),
    ...(holm === null ? [] : [`Holm ${pValue(holm)}`]),
    `n = ${pairs}`,
  ];
  return `${value} (${evidence.join(', ')})`;
}
