/** The nan_mask of a row: bit i is set where the i-th measured value is NaN. See migrations/0030. */
export function nanMaskOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((mask, value, index) => (Number.isNaN(value) ? mask | (1 << index) : mask), 0);
}

/** The same for an error, which nobody knows where it is NaN: it is the share of no images. */
export function measuredError(value: number | null, mask: number, index: number): number | null {
  const error = measured(value, mask, index);
  return Number.isNaN(error) ? null : error;
}

/** The `index`-th measured value of a row, NaN where its mask says so. */
export function measured<Value extends number | null>(value: Value, mask: number, index: number): Value | number {
  return mask & (1 << index) ? Number.NaN : value;
}
