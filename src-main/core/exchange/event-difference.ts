import { toJson } from '#core/numbers.ts';

/** Where two values with the same number part, and what stands there in each. */
export interface EventDifference {
  /** `seconds.training`; empty where the values themselves differ. */
  readonly place: string;
  readonly left: string;
  readonly right: string;
}

/** Longer texts are cut in sentences. */
const LONGEST_VALUE = 60;

/** The first difference of two events. What is unknown may be null, undefined or left out; 0 and -0 are the same number. */
export function eventDifference(left: unknown, right: unknown, place: readonly string[] = []): EventDifference | null {
  if (isSame(left, right)) return null;
  if (!isObject(left) || !isObject(right)) return { place: place.join('.'), left: shown(left), right: shown(right) };
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const difference = eventDifference(left[key], right[key], [...place, key]);
    if (difference !== null) return difference;
  }
  return null;
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || (isUnknown(left) && isUnknown(right)) || (Number.isNaN(left) && Number.isNaN(right));
}

/** Series end with the last layer that has a value, and metrics without a value are not stored. */
function isUnknown(value: unknown): boolean {
  return value === null || value === undefined || (isObject(value) && Object.values(value).every(isUnknown));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : toJson(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
