import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { outcomeCell, outcomeWords, settlingSeeds } from '#core/analysis/outcome-words.ts';
import type { OutcomeQuestion } from '#core/analysis/outcomes.ts';
import { outcomeTo } from '#core/analysis/outcomes.ts';
import { decimal, percent, pValue, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { tooFewSeeds } from '#core/analysis/too-few-seeds.ts';
import { lessTrainingWords } from '#core/analysis/verdict-text.ts';
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

/** The baseline is compared with itself: its zero has no interval. */
export function estimate(text: string, { arm, interval, write }: Estimate): ArmCell {
  if (text === UNKNOWN)
    return known(text, arm.points.length === 0 ? NOT_PAIRED : 'The baseline has none to divide by.');
  if (arm.role === 'baseline') return known(text, 'The baseline is what the others are compared with.');
  if (interval === null && arm.points.length > 1)
    return known(text, 'No interval: all seeds are equal, which tells nothing of their spread.');
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
  if (arm.points.length === 0) return known(UNKNOWN, NOT_PAIRED);
  const few = tooFewSeeds(arm.points.length);
  return known(UNKNOWN, few === null ? 'Not tested: a number is missing or not finite.' : `Not tested: ${few}.`);
}

/** "0.004" with "less time" or "not shown" below: adjusted by Holm; on hover the exact sign-flip p, and what would settle it. */
export function probabilityCell(arm: ComparedArm, question: 'time' | 'accuracy'): ArmCell {
  const test = question === 'time' ? arm.tests.wall : arm.tests.errorDelta;
  if (test === null || test.holm === null) return untested(arm, 'controls make no claims');
  return { text: amount(test.holm), below: shownWords(arm, question), reason: testSentence(test) };
}

/** "less time", "not shown"; null for an arm of which the question is not asked. */
export function shownWords(arm: ComparedArm, question: OutcomeQuestion): string | null {
  const outcome = outcomeTo(arm, question);
  return outcome === undefined ? null : outcomeWords(outcome);
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

/** "+0.82" with "not worse", "worse" or "not shown" below: the bound of the error delta against the margin. */
export function marginCell(arm: ComparedArm): ArmCell {
  const test = arm.nonInferiority;
  const outcome = outcomeTo(arm, 'margin');
  if (test === null || outcome === undefined) return untested(arm, 'not worse than the margin');
  const margin = `${decimal(test.margin, 2)} points`;
  const below = outcomeWords(outcome);
  const bound = 'One-sided 95 % upper bound of the error delta';
  if (outcome.state === 'shown-not-better') {
    const reason = `${bound}: shown to be worse than ${margin} (${amount(test.worse.holm)} after Holm).`;
    return { text: signedPoints(test.upper), below, reason };
  }
  const said = test.holds ? `shown not to be worse than ${margin}` : `not shown whether it is within ${margin}`;
  const reason = `${bound}: ${said} (${amount(test.holm)} after Holm).${settling(outcome.seedsNeeded)}`;
  return { text: signedPoints(test.upper), below, reason };
}

/** The error delta against the equal-time baseline, with its interval. */
export function equalTimeCell(arm: ComparedArm): ArmCell {
  const against = arm.againstEqualTime;
  if (against === null) {
    if (arm.role !== 'policy') return known(UNKNOWN, 'Asked of policies only: better than training less.');
    return known(UNKNOWN, 'No seed has finished here and in the equal-time baseline yet.');
  }
  return {
    text: signedPoints(against.errorDelta),
    below: against.ci === null ? null : against.ci.map((end) => signedPoints(end)).join(' to '),
    reason: lessTrainingReason(arm) ?? '',
  };
}

/** "better than training less"; "training less: not shown (n = 3, about 12 needed)". Null without an equal-time baseline. */
export function lessTrainingMark(arm: ComparedArm): string | null {
  const outcome = outcomeTo(arm, 'less-training');
  if (outcome === undefined) return null;
  if (outcome.state === 'not-shown') return `against training less: ${outcomeCell(outcome)}`;
  return `shown ${outcomeWords(outcome)} than training less`;
}

/** What that mark rests on. */
export function lessTrainingReason(arm: ComparedArm): string | null {
  const outcome = outcomeTo(arm, 'less-training');
  const against = arm.againstEqualTime;
  if (against === null || outcome === undefined) return null;
  const { errorDelta, notBetter, pairs } = against;
  const holm = outcome.state === 'shown-not-better' ? (notBetter?.holm ?? null) : against.holm;
  const tested = `${holm === null ? '' : `${amount(holm)} after Holm, `}${counted(pairs, 'pair')}`;
  const delta = `Its error is ${signedPoints(errorDelta)} points against the equal-time baseline’s (${tested})`;
  const few = tooFewSeeds(pairs);
  const open = few === null ? settling(outcome.seedsNeeded) : ` ${asSentence(few)}`;
  return `${delta}. ${lessTrainingWords(against, outcome.state)}.${open}`;
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
