/**
 * Exponential moving average of weight w, as TensorBoard draws it: m_n = w m_(n-1) + (1 - w) x_n from m_0 = 0, shown as
 * m_n / (1 - w^n), so that the first values are not drawn towards 0. A value that is not finite stands for itself and leaves
 * the average as it was.
 */
export function movingAverage(values: Float64Array, weight: number): Float64Array {
  let average = 0;
  let bias = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = weight * average + (1 - weight) * value;
    bias *= weight;
    return average / (1 - bias);
  });
}
