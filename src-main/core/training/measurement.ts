import { median } from '#core/analysis/quantile.ts';
import type { Batch, TrainingBatches } from '#core/data/batch.ts';
import type { Measurement } from '#core/records.ts';
import { learningRatesAt, type TrainingPlan } from './plan.ts';
import type { TrainingSession } from './session.ts';

/** A first impression is what is asked for: it must not take longer than one waits for a page. */
const MOST_STEPS = 30;
const TRAINING_MS = 3000;
const EVALUATION_MS = 1000;

export interface MeasuredTraining {
  readonly plan: TrainingPlan;
  readonly session: TrainingSession;
  readonly batches: TrainingBatches;
  readonly evaluationBatches: () => AsyncIterable<Batch>;
  /** Milliseconds. */
  readonly now: () => number;
}

export type Pace = Pick<Measurement, 'msPerStep' | 'msPerEvaluatedImage' | 'steps'>;

/** Trains some steps unfrozen and evaluates some images. The first of each are not counted: caches fill, buffers are made. */
export async function measurePace(training: MeasuredTraining): Promise<Pace> {
  const stepTimes = await timeSteps(training);
  return {
    msPerStep: median(stepTimes),
    msPerEvaluatedImage: await timeEvaluation(training),
    steps: stepTimes.length,
  };
}

/** Each from the end of the step before, so that waiting for a batch counts, as it does in training. */
async function timeSteps({ plan, session, batches, now }: MeasuredTraining): Promise<number[]> {
  const train = async (step: number) =>
    session.train({
      batch: await batches.next(),
      step,
      frozenLayers: 0,
      learningRates: learningRatesAt(plan, step, 0),
    });
  await train(0);
  const start = now();
  const times: number[] = [];
  let last = start;
  do {
    await train(times.length + 1);
    const time = now();
    times.push(time - last);
    last = time;
  } while (times.length < MOST_STEPS && last - start < TRAINING_MS);
  return times;
}

async function timeEvaluation({ session, evaluationBatches, now }: MeasuredTraining): Promise<number> {
  let images = 0;
  let start: number | null = null;
  let last = 0;
  for await (const batch of evaluationBatches()) {
    if (start === null) {
      session.evaluate(batch);
      start = now();
    }
    session.evaluate(batch);
    images += batch.count;
    last = now();
    if (last - start >= EVALUATION_MS) break;
  }
  return (last - (start ?? last)) / images;
}
