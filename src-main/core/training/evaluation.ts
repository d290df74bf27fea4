import type { Batch } from '#core/data/batch.ts';
import type { TrainingSession } from './session.ts';

/** What evaluating needs of a run. */
export interface Evaluator {
  readonly session: TrainingSession;
  /** Awaited between batches, so that the host's messages, and its death, are noticed. */
  readonly pendingRequest: () => Promise<unknown>;
}

/** Means over all images; `error` is the share that is wrongly classified. */
export interface EvaluationResult {
  readonly loss: number;
  readonly error: number;
}

export async function evaluateOn(
  { session, pendingRequest }: Evaluator,
  batches: AsyncIterable<Batch>,
): Promise<EvaluationResult> {
  let images = 0;
  let lossSum = 0;
  let errors = 0;
  for await (const batch of batches) {
    const evaluation = session.evaluate(batch);
    images += batch.count;
    lossSum += evaluation.lossSum;
    errors += evaluation.errors;
    await pendingRequest();
  }
  return { loss: lossSum / images, error: errors / images };
}
