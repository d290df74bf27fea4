import type { Environment } from './run-event.ts';

/** The parts of an environment that the last bits of a run depend on, in addition to its spec and the program. */
const DECISIVE = ['backend', 'tensorflowVersion', 'device', 'processor', 'threads', 'arithmetic', 'graph'] as const;

/** Whether two environments sum in the same order, as far as that is known: otherwise the last bits of their runs may differ. */
export function areBitExact(first: Environment, second: Environment): boolean {
  return changedIn(first, second).every((key) => !DECISIVE.some((decisive) => decisive === key));
}

/** The keys whose values are known in both environments and differ; a job is another one each time. */
export function changedIn(first: Environment, second: Environment): readonly (keyof Environment)[] {
  const keys = Object.keys(first) as (keyof Environment)[];
  return keys.filter((key) => {
    if (key === 'job') return false;
    const [one, other] = [first[key], second[key]];
    return isKnown(one) && isKnown(other) && JSON.stringify(one) !== JSON.stringify(other);
  });
}

/** Whether an environment says something under a key. */
export function isKnown(value: unknown): boolean {
  return value !== null && value !== undefined && value !== 'unknown';
}
