import type { Evaluation } from './session.ts';

/** So many classes may come before an image's own one without making it an error among the top five. */
const TOP = 5;

/** Scores logits [images, classes] against labels [images], in doubles. An image with a logit that is not a number is an error. */
export function scoreLogits(logits: Float32Array, labels: Int32Array): Evaluation {
  const classes = logits.length / labels.length;
  let lossSum = 0;
  let errors = 0;
  let topFiveErrors = 0;
  const predictions = new Int32Array(labels.length);
  labels.forEach((label, image) => {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const largest = row.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY);
    lossSum += crossEntropy(row, label, largest);
    const predicted = row.indexOf(largest);
    predictions[image] = predicted;
    if (predicted === label) return;
    errors++;
    if (predicted < 0 || rankOf(row, label) >= TOP) topFiveErrors++;
  });
  return { lossSum, errors, topFiveErrors, classes, predictions };
}

/** -log softmax(row)[label] = log(sum_k exp(row_k - largest)) - (row_label - largest) */
function crossEntropy(row: Float32Array, label: number, largest: number): number {
  const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return Math.log(total) - (row[label] - largest);
}

/** The number of classes before this one: those with a larger logit, and those with the same one and a lower index. */
function rankOf(row: Float32Array, label: number): number {
  const own = row[label];
  let before = 0;
  for (let index = 0; index < row.length; index++) {
    if (row[index] > own || (row[index] === own && index < label)) before++;
  }
  return before;
}
