import type { Environment } from './run-event.ts';

/** What the last bits of a run depend on, beside its spec and the program. */
const DECISIVE = ['backend', 'tensorflowVersion', 'device', 'processor', 'threads'] as const;

/** Whether two environments add up in the same order, as far as can be known: else their runs differ in their last bits. */
export function areBitExact(first: Environment, second: Environment): boolean {
  return changedIn(first, second).every((key) => !DECISIVE.some((decisive) => decisive === key));
}

/** What is known of both and is not the same. */
export function changedIn(first: Environment, second: Environment): readonly (keyof Environment)[] {
  const keys = Object.keys(first) as (keyof Environment)[];
  return keys.filter((key) => {
    const [one, other] = [first[key], second[key]];
    return isKnown(one) && isKnown(other) && JSON.stringify(one) !== JSON.stringify(other);
  });
}

function isKnown(value: Environment[keyof Environment]): boolean {
  return value !== null && value !== 'unknown';
}
