import { isSettled } from './arm-tests.ts';
import type { ClaimKind, Claims } from './claims.ts';
import type { TestedArm } from './compared-arm.ts';
import { percent, pValue, signedPercent, signedPoints } from './quantity.ts';
import type { Interval } from './statistics.ts';
import { MOST_SEEDS } from './statistics.ts';

/** What an arm's pairs show, in sentences without a full stop; a claim appears only where `claims` has it. */
export function measuredSentences(arm: TestedArm, claims: Claims): string[] {
  if (arm.role === 'equal-time') {
    return [`Control of ${arm.of}: saved ${savedText(arm)}, error ${errorText(arm)}; controls make no claims`];
  }
  return [
    `Saved ${savedText(arm)}: ${outcome(arm, claims, TIME)}`,
    ...profileSentence(arm),
    `Error ${errorText(arm)}: ${outcome(arm, claims, ACCURACY)}`,
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

function profileSentence({ saved, ci }: TestedArm): string[] {
  return saved.profile === null ? [] : [`By its profile ${percent(saved.profile)}${within(ci.profile, percent)}`];
}

/** The words for the outcome of one test: each claim that it can make, and the question that stays open without one. */
interface Wording {
  readonly measure: 'wall' | 'errorDelta';
  readonly claims: { readonly [kind in ClaimKind]?: string };
  readonly question: string;
}

const TIME: Wording = {
  measure: 'wall',
  claims: { faster: 'faster', slower: 'slower' },
  question: 'whether it changes the time',
};
const ACCURACY: Wording = {
  measure: 'errorDelta',
  claims: { better: 'fewer errors', worse: 'it costs accuracy' },
  question: 'whether it changes the accuracy',
};

/** "faster (Holm p 0.004; exact sign-flip p 0.25, least possible 0.25)" */
function outcome({ tests, points }: TestedArm, { claims, undecided }: Claims, wording: Wording): string {
  const test = tests[wording.measure];
  if (points.length < 2) return `too few seeds to say ${wording.question}, an interval needs at least 2`;
  if (test === null) return 'not tested, because a number is missing or not finite';
  const claimed = claims.find(({ kind }) => wording.claims[kind] !== undefined);
  if (claimed !== undefined) return `${wording.claims[claimed.kind]} (${evidence(test)})`;
  const open = undecided.find(({ kind }) => wording.claims[kind] !== undefined);
  return `too few seeds to say ${wording.question} (${evidence(test)})${settling(open?.seedsNeeded ?? null)}`;
}

function evidence({ holm, signFlip }: NonNullable<TestedArm['tests']['wall']>): string {
  const adjusted = holm === null ? [] : [`Holm ${pValue(holm)}`];
  const exact =
    signFlip === null ? [] : [`exact sign-flip ${pValue(signFlip.p)}, least possible ${amount(signFlip.smallest)}`];
  return [...adjusted, ...exact].join('; ');
}

function marginSentence({ nonInferiority }: TestedArm, { undecided }: Claims): string[] {
  if (nonInferiority === null) return [];
  const { margin, upper, holm, holds } = nonInferiority;
  const bound = `upper bound ${signedPoints(upper)}, Holm ${pValue(holm)}`;
  const open = undecided.find(({ kind }) => kind === 'not-worse');
  const result = holds ? `shown (${bound})` : `not shown (${bound})${settling(open?.seedsNeeded ?? null)}`;
  return [`Not worse than ${margin.toFixed(2)} points: ${result}`];
}

function equalTimeSentence({ againstEqualTime }: TestedArm, { undecided }: Claims): string[] {
  if (againstEqualTime === null) return [];
  const { errorDelta, ci, holm, saved, pairs, beats, isInTime } = againstEqualTime;
  const open = undecided.find(({ kind }) => kind === 'better-than-less-training');
  const interval = ci === null ? [] : [range(ci, signedPoints)];
  const test = holm === null ? [] : [`Holm ${pValue(holm)}`];
  const details = [...interval, ...test, ...timeText(saved)].join(', ');
  const isOnlyLate = isSettled(againstEqualTime) && errorDelta < 0 && !isInTime;
  const reach = isOnlyLate
    ? 'since it took more time'
    : `as far as ${pairs === 1 ? '1 seed' : `${pairs} seeds`} can tell`;
  const mark = beats ? 'Better than training less' : `No better than training less, ${reach}`;
  const error = `error ${signedPoints(errorDelta)} points against the equal-time baseline`;
  return [`${mark}: ${error}${details === '' ? '' : ` (${details})`}${settling(open?.seedsNeeded ?? null)}`];
}

function timeText(saved: number | null): string[] {
  return saved === null ? [] : [`${percent(Math.abs(saved))} ${saved < 0 ? 'more' : 'less'} time`];
}

/** How many seeds would settle it, as the end of a sentence; empty where that is unknown. */
function settling(seedsNeeded: number | null): string {
  return seedsNeeded === null ? '' : `; ${settlingSeeds(seedsNeeded)}`;
}

/** "about 12 seeds would settle a difference like this" */
export function settlingSeeds(seedsNeeded: number): string {
  const seeds = seedsNeeded < MOST_SEEDS ? `about ${seedsNeeded}` : `${MOST_SEEDS.toLocaleString('en')} or more`;
  return `${seeds} seeds would settle a difference like this`;
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
