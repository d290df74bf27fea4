import type { ComparedArm, TestedArm } from './compared-arm.ts';
import { outcomeTo } from './outcomes.ts';

/** An arm with its tests and its place among the others. */
export type PlacedArm = TestedArm & Pick<ComparedArm, 'front' | 'onFront'>;

/** The two outcomes that the answer follows from. */
export const TRADE_OFF = ['time', 'margin'] as const;

/**
 * The answer to the question that every study asks: which policy saves most time without costing more than the margin?
 * `shown`: the arm is shown to take less time and to cost less than the margin, and it is on the front. `shown-not`: every
 * policy is shown to cost more than the margin or to take more time. `not-shown`: neither.
 */
export interface StudyAnswer<Arm extends PlacedArm = PlacedArm> {
  readonly state: 'shown' | 'shown-not' | 'not-shown';
  /** The arm that is shown; else the one that does it by the means; else, of those that save time, the one with the least error. */
  readonly arm: Arm;
  /** Whether the arm does it by the means: it saves time within the margin and is on the front. */
  readonly isWithin: boolean;
}

/** Null before a pair of runs has finished in a policy arm. */
export function answerOfStudy<Arm extends PlacedArm>(arms: readonly Arm[], margin: number): StudyAnswer<Arm> | null {
  const policies = arms.filter(({ role }) => role === 'policy');
  const measured = policies.filter(({ saved, errorDelta }) => isKnown(saved.wall) && isKnown(errorDelta));
  const within = byTimeSaved(measured.filter((arm) => isWithinByMeans(arm, margin)));
  const shown = shownWithin(within).at(0);
  if (shown !== undefined) return { state: 'shown', arm: shown, isWithin: true };
  const arm = within.at(0) ?? closest(measured);
  if (arm === undefined) return null;
  const state = policies.every(isRefuted) ? 'shown-not' : 'not-shown';
  return { state, arm, isWithin: within.length > 0 };
}

/** The policies that are shown to take less time and to cost less than the margin, most time saved first. */
export function shownWithin<Arm extends PlacedArm>(arms: readonly Arm[]): Arm[] {
  const isShown = (arm: Arm) => TRADE_OFF.every((question) => outcomeTo(arm, question)?.state === 'shown-better');
  return byTimeSaved(arms.filter(isShown));
}

function isWithinByMeans({ saved, errorDelta, onFront }: PlacedArm, margin: number): boolean {
  return onFront && saved.wall !== null && saved.wall > 0 && errorDelta !== null && errorDelta < margin;
}

/** Whether the policy is shown to take more time or to cost more than the margin. */
export function isRefuted(arm: TestedArm): boolean {
  return TRADE_OFF.some((question) => outcomeTo(arm, question)?.state === 'shown-not-better');
}

function closest<Arm extends PlacedArm>(measured: readonly Arm[]): Arm | undefined {
  const saving = measured.filter(({ saved }) => Number(saved.wall) > 0);
  if (saving.length === 0) return byTimeSaved(measured).at(0);
  return saving.toSorted((one, other) => Number(one.errorDelta) - Number(other.errorDelta)).at(0);
}

function byTimeSaved<Arm extends PlacedArm>(arms: readonly Arm[]): Arm[] {
  return arms.toSorted((one, other) => Number(other.saved.wall) - Number(one.saved.wall));
}

function isKnown(value: number | null): boolean {
  return value !== null && !Number.isNaN(value);
}
