import { isSettled } from './arm-tests.ts';
import type { Claims } from './claims.ts';
import type { TestedArm } from './compared-arm.ts';
import { powerWords } from './energy.ts';
import { quotedName } from './name-list.ts';
import { settlingSeeds } from './outcome-words.ts';
import type { Outcome, OutcomeQuestion, OutcomeState } from './outcomes.ts';
import { percent, pValue, signedPercent, signedPoints } from './quantity.ts';
import type { Interval } from './statistics.ts';
import { tooFewSeeds } from './too-few-seeds.ts';

/** What an arm's pairs show, in sentences without a full stop; a claim appears only where `claims` has it. */
export function measuredSentences(arm: TestedArm, claims: Claims): string[] {
  if (arm.role === 'equal-time') {
    return [
      `Control of ${quotedName(arm.of ?? '')}: saved ${savedText(arm)}, error ${errorText(arm)}; controls make no claims`,
    ];
  }
  return [
    `Saved ${savedText(arm)}: ${signedOutcome(arm, claims, TIME)}`,
    ...energySentence(arm),
    ...profileSentence(arm),
    `Error ${errorText(arm)}: ${signedOutcome(arm, claims, ACCURACY)}`,
    ...marginSentence(arm, claims),
    ...equalTimeSentence(arm, claims),
  ];
}

/** "18.2 % of the time (95 % interval 15.0 % to 21.4 %, n = 3)" */
function savedText({ saved, ci, points }: TestedArm): string {
  const interval = ci.wall === null ? '' : `${percent(ci.level, 0)} interval ${range(ci.wall, percent)}, `;
  return `${percent(saved.wall)} of the time (${interval}n = ${points.length})`;
}

/** "+0.31 points (−0.20 to +0.82), relative +3.1 % (−2.0 % to +8.2 %)" */
function errorText({ errorDelta, relativeErrorIncrease, ci }: TestedArm): string {
  const points = `${signedPoints(errorDelta)} points${within(ci.errorDelta, signedPoints)}`;
  return `${points}, relative ${signedPercent(relativeErrorIncrease)}${within(ci.relativeErrorIncrease, signedPercent)}`;
}

/** "Saved 22.0 % of the energy of processors (18.0 % to 26.0 %): less energy is shown (Holm p 0.010)" */
function energySentence({ energy, points }: TestedArm): string[] {
  if (energy === undefined || energy.saved === null) return [];
  const { saved, ci, test, of } = energy;
  const measured = `Saved ${percent(saved)} of the energy of ${powerWords(of)}${within(ci, percent)}`;
  const few = tooFewSeeds(points.length);
  if (few !== null || test === null)
    return [`${measured}: not shown whether it changes the energy${few === null ? '' : `, since ${few}`}`];
  const shown = saved > 0 ? 'less energy is shown' : 'more energy is shown';
  const words = isSettled(test) ? shown : 'not shown whether it changes the energy';
  return [`${measured}: ${words} (Holm ${pValue(test.holm)})${settling(test.seedsNeeded)}`];
}

function profileSentence({ saved, ci }: TestedArm): string[] {
  return saved.profile === null ? [] : [`By its profile ${percent(saved.profile)}${within(ci.profile, percent)}`];
}

/** The words for the outcomes of one test, and the question that stays open where neither side is shown. */
interface Wording {
  readonly question: 'time' | 'accuracy';
  readonly measure: 'wall' | 'errorDelta';
  readonly shown: Readonly<Record<Exclude<OutcomeState, 'not-shown'>, string>>;
  readonly open: string;
}

const TIME: Wording = {
  question: 'time',
  measure: 'wall',
  shown: { 'shown-better': 'less time is shown', 'shown-not-better': 'more time is shown' },
  open: 'not shown whether it changes the time',
};
const ACCURACY: Wording = {
  question: 'accuracy',
  measure: 'errorDelta',
  shown: { 'shown-better': 'fewer errors are shown', 'shown-not-better': 'more errors are shown' },
  open: 'not shown whether it changes the accuracy',
};

/** "less time is shown (Holm p 0.004; exact sign-flip p 0.25, least possible 0.25)" */
function signedOutcome({ tests, points }: TestedArm, { outcomes }: Claims, wording: Wording): string {
  const test = tests[wording.measure];
  const few = tooFewSeeds(points.length);
  if (few !== null) return `${wording.open}, since ${few}`;
  if (test === null) return 'not tested, because a number is missing or not finite';
  const { state, seedsNeeded } = outcomeTo(wording.question, outcomes);
  const words = state === 'not-shown' ? wording.open : wording.shown[state];
  return `${words} (${evidence(test)})${settling(seedsNeeded)}`;
}

/** A question that was not asked has no answer and needs no seeds. */
function outcomeTo(question: OutcomeQuestion, outcomes: readonly Outcome[]): Pick<Outcome, 'state' | 'seedsNeeded'> {
  return outcomes.find((outcome) => outcome.question === question) ?? { state: 'not-shown', seedsNeeded: null };
}

function evidence({ holm, signFlip }: NonNullable<TestedArm['tests']['wall']>): string {
  const adjusted = holm === null ? [] : [`Holm ${pValue(holm)}`];
  const exact =
    signFlip === null ? [] : [`exact sign-flip ${pValue(signFlip.p)}, least possible ${amount(signFlip.smallest)}`];
  return [...adjusted, ...exact].join('; ');
}

function marginSentence({ nonInferiority }: TestedArm, { outcomes }: Claims): string[] {
  if (nonInferiority === null) return [];
  const { margin, upper, lower, holm, worse } = nonInferiority;
  const { state, seedsNeeded } = outcomeTo('margin', outcomes);
  const points = `${margin.toFixed(2)} points`;
  if (state === 'shown-not-better') {
    return [`Worse than ${points}: shown (lower bound ${signedPoints(lower)}, Holm ${pValue(worse.holm)})`];
  }
  const bound = `upper bound ${signedPoints(upper)}, Holm ${pValue(holm)}`;
  const result = state === 'shown-better' ? `shown (${bound})` : `not shown (${bound})${settling(seedsNeeded)}`;
  return [`Not worse than ${points}: ${result}`];
}

function equalTimeSentence({ againstEqualTime }: TestedArm, { outcomes }: Claims): string[] {
  if (againstEqualTime === null) return [];
  const { errorDelta, ci, saved, pairs } = againstEqualTime;
  const { state, seedsNeeded } = outcomeTo('less-training', outcomes);
  const interval = ci === null ? [] : [range(ci, signedPoints)];
  const holm = state === 'shown-not-better' ? (againstEqualTime.notBetter?.holm ?? null) : againstEqualTime.holm;
  const test = holm === null ? [] : [`Holm ${pValue(holm)}`];
  const details = [...interval, ...test, `n = ${pairs}`, ...controlTime(saved)].join(', ');
  const error = `error ${signedPoints(errorDelta)} points against the equal-time baseline`;
  const few = tooFewSeeds(pairs);
  const open = few === null ? settling(seedsNeeded) : `; ${few}`;
  return [`${lessTrainingWords(againstEqualTime, state)}: ${error} (${details})${open}`];
}

/** The outcome against the equal-time baseline; names the reason where the errors differ but the times do too. */
export function lessTrainingWords(
  { holm, errorDelta, notBetter }: NonNullable<TestedArm['againstEqualTime']>,
  state: OutcomeState,
): string {
  if (state === 'shown-better') return 'Shown better than training less';
  if (state === 'shown-not-better') return 'Shown not better than training less, but to make more errors';
  if (isSettled({ holm }) && errorDelta < 0) return 'Not shown better than training less, since it took more time';
  if (isSettled(notBetter)) return 'Not shown whether it is better than training less, since it took less time';
  return 'Not shown whether it is better than training less';
}

/** "0.4 % less time": the times are about equal, so that the share alone says enough. */
function controlTime(saved: number | null): string[] {
  return saved === null ? [] : [`${percent(Math.abs(saved))} ${saved < 0 ? 'more' : 'less'} time`];
}

/** How many seeds would settle it, as the end of a sentence; empty where that is unknown. */
function settling(seedsNeeded: number | null): string {
  return seedsNeeded === null ? '' : `; ${settlingSeeds(seedsNeeded)}`;
}

function within(interval: Interval | null, write: (value: number) => string): string {
  return interval === null ? '' : ` (${range(interval, write)})`;
}

function range([low, high]: Interval, write: (value: number) => string): string {
  return `${write(low)} to ${write(high)}`;
}

function amount(p: number): string {
  return pValue(p).replace(/^p /, '');
}
