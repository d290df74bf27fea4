/** The largest number of the precision in which TensorFlow trains, as sentences give it. */
export const MOST_SINGLE = '3.4e38';

/** Whether a number is still finite in single precision. */
export function isSingle(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}
