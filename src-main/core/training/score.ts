import type { Evaluation } from './session.ts';

/** Scores logits [images, classes] against labels [images], in doubles. An image with a logit that is not a number is an error. */
export function scoreLogits(logits: Float32Array, labels: Int32Array): Evaluation {
  const classes = logits.length / labels.length;
  let lossSum = 0;
  let errors = 0;
  const confusion = new Uint32Array(classes * classes);
  labels.forEach((label, image) => {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const largest = row.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY);
    lossSum += crossEntropy(row, label, largest);
    const predicted = row.indexOf(largest);
    if (predicted !== label) errors++;
    if (predicted >= 0) confusion[label * classes + predicted]++;
  });
  return { lossSum, errors, confusion };
}

/** -log softmax(row)[label] = log(sum_k exp(row_k - largest)) - (row_label - largest) */
function crossEntropy(row: Float32Array, label: number, largest: number): number {
  const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return Math.log(total) - (row[label] - largest);
}
