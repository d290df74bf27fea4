import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { decimal, percent, pValue, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { settlingSeeds } from '#core/analysis/verdict-text.ts';
import { counted } from '../format.ts';
import { asSentence } from '../issue-sentence.ts';

export interface ArmCell {
  readonly text: string;
  /** Under it: "12.1 to 22.3", where there is an interval, or what follows. */
  readonly below: string | null;
  /** Why the number or its interval is not known; what it means where it is. */
  readonly reason: string;
}

export interface Estimate {
  readonly arm: ComparedArm;
  readonly interval: Interval | null;
  readonly write: (end: number) => string;
}

const NOT_PAIRED = 'No seed has finished here and in the baseline yet.';
const ONE_PAIR = 'Not tested with fewer than two pairs: add seeds.';

/** The baseline is compared with itself: its zero has no interval. */
export function estimate(text: string, { arm, interval, write }: Estimate): ArmCell {
  if (text === UNKNOWN)
    return known(text, arm.points.length === 0 ? NOT_PAIRED : 'The baseline has none to divide by.');
  if (arm.role === 'baseline') return known(text, 'The baseline is what the others are compared with.');
  if (interval === null) return known(text, 'No interval with one seed: add seeds.');
  const reason = `${percent(arm.ci.level, 0)} interval of the mean over ${arm.points.length} pairs, Student t`;
  return { text, below: interval.map((end) => write(end)).join(' to '), reason };
}

export function known(text: string, reason: string): ArmCell {
  return { text, below: null, reason };
}

/** The cell of a test that was not made. */
function untested(arm: ComparedArm, test: string): ArmCell {
  if (arm.role !== 'policy') return known(UNKNOWN, `Asked of policies only: ${test}.`);
  return known(UNKNOWN, arm.points.length === 0 ? NOT_PAIRED : ONE_PAIR);
}

/** "0.004": adjusted by Holm; on hover the exact sign-flip p, and what would settle it. */
export function probabilityCell(arm: ComparedArm, test: ComparedArm['tests']['wall']): ArmCell {
  if (test === null || test.holm === null) return untested(arm, 'controls make no claims');
  return known(amount(test.holm), testSentence(test));
}

/** "Paired t 0.02, Holm 0.04; exact sign-flip 0.25, of at least 0.25. About 7 seeds would settle it." */
export function testSentence({ p, holm, signFlip, seedsNeeded }: NonNullable<ComparedArm['tests']['wall']>): string {
  const adjusted = holm === null ? '' : `, ${amount(holm)} after Holm`;
  const exact =
    signFlip === null
      ? ''
      : `; exact sign-flip ${amount(signFlip.p)}, which can be no less than ${amount(signFlip.smallest)}`;
  return `Paired t ${amount(p)}${adjusted}${exact}.${settling(seedsNeeded)}`;
}

function settling(seedsNeeded: number | null): string {
  return seedsNeeded === null ? '' : ` ${asSentence(settlingSeeds(seedsNeeded))}`;
}

/** "+0.82" with "kept" or "not shown" below: the bound of the error delta against the margin. */
export function marginCell(arm: ComparedArm): ArmCell {
  const test = arm.nonInferiority;
  if (test === null) return untested(arm, 'not worse than the margin');
  const margin = `${decimal(test.margin, 2)} points`;
  const said = test.holds ? `shown not to be worse than ${margin}` : `not shown to be within ${margin}`;
  return {
    text: signedPoints(test.upper),
    below: test.holds ? '✓ not worse' : 'not shown',
    reason: `One-sided 95 % upper bound of the error delta: ${said} (${amount(test.holm)} after Holm).${settling(test.seedsNeeded)}`,
  };
}

/** The error delta against the equal-time baseline, with its interval. */
export function equalTimeCell(arm: ComparedArm): ArmCell {
  const against = arm.againstEqualTime;
  if (against === null) {
    if (arm.role !== 'policy') return known(UNKNOWN, 'Asked of policies only: better than training less.');
    return known(UNKNOWN, 'No seed has finished here and in the equal-time baseline yet.');
  }
  const test = against.holm === null ? '' : `, ${amount(against.holm)} after Holm`;
  return {
    text: signedPoints(against.errorDelta),
    below: against.ci === null ? null : against.ci.map((end) => signedPoints(end)).join(' to '),
    reason: `Against the equal-time baseline, ${counted(against.pairs, 'pair')}${test}.${settling(against.seedsNeeded)}`,
  };
}

export const NO_BETTER = 'no better than training less';

/** Why an arm is marked as no better; null for an arm without the mark. */
export function noBetterReason({ againstEqualTime }: ComparedArm): string | null {
  if (againstEqualTime === null || againstEqualTime.beats) return null;
  const { errorDelta, isInTime, holm, pairs, seedsNeeded } = againstEqualTime;
  const delta = `Its error is ${signedPoints(errorDelta)} points against the equal-time baseline’s`;
  if (!isInTime) return `${delta}, and it took more time.`;
  const tested = holm === null ? counted(pairs, 'pair') : `${amount(holm)} after Holm, ${counted(pairs, 'pair')}`;
  return `${delta}: not shown to be better (${tested}).${settling(seedsNeeded)}`;
}

export function percentNumber(fraction: number): string {
  return percent(fraction).replace(' %', '');
}

/** "1.21×" of a saved share of the time. */
export function speedup(saved: number | null): string {
  return saved === null || !(saved < 1) ? UNKNOWN : `${decimal(1 / (1 - saved), 2)}×`;
}

/** "0.04", "< 0.001". */
function amount(p: number): string {
  return pValue(p).replace(/^p /, '');
}
