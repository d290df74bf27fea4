/**
 * How far an array is from the one that is right: the length of the difference as a share of the length of the right one, which counts as `least` where it
 * is shorter. Single numbers of a gradient may be far off where a ReLU is switched by the last bit of its input; the whole is not. A gradient that is 0 but for
 * rounding, such as that of a shift before a batch norm, says nothing by its own length.
 */
export function relativeDifference(actual: Float32Array, expected: Float32Array, least: number): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, length] = [0, 0];
  for (const [place, value] of expected.entries()) {
    difference += (actual[place] - value) ** 2;
    length += value ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(length), least);
}

/** The length of several arrays together. */
export function arrayLength(arrays: Iterable<Float32Array>): number {
  let squares = 0;
  for (const values of arrays) for (const value of values) squares += value ** 2;
  return Math.sqrt(squares);
}
