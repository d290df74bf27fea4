import type { Batch } from '#core/data/batch.ts';
import type { TrainingSession } from './session.ts';

/** What an evaluation needs of a run. */
export interface Evaluator {
  readonly session: TrainingSession;
  /** Awaited between batches, so that messages from the host, or its death, are noticed. */
  readonly pendingRequest: () => Promise<unknown>;
}

/** Means over all images; `error` is the share of wrongly classified images. */
export interface EvaluationResult {
  readonly loss: number;
  readonly error: number;
  /** The number of images by their label and by their predicted class, [classes, classes]. */
  readonly confusion: Uint32Array;
}

export async function evaluateOn(
  { session, pendingRequest }: Evaluator,
  batches: AsyncIterable<Batch>,
): Promise<EvaluationResult> {
  let images = 0;
  let lossSum = 0;
  let errors = 0;
  let confusion = new Uint32Array();
  for await (const batch of batches) {
    const evaluation = session.evaluate(batch);
    images += batch.count;
    lossSum += evaluation.lossSum;
    errors += evaluation.errors;
    confusion = evaluation.confusion.map((count, place) => count + (confusion[place] ?? 0));
    await pendingRequest();
  }
  return { loss: lossSum / images, error: errors / images, confusion };
}
