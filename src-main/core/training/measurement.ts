import { median } from '#core/analysis/quantile.ts';
import type { Batch, TrainingBatches } from '#core/data/batch.ts';
import type { Measurement } from '#core/records.ts';
import type { StepProfile } from '#core/run-event.ts';
import { learningRatesAt, type TrainingPlan } from './plan.ts';
import { spreadDepths } from './profiled-depths.ts';
import type { TrainingSession } from './session.ts';

/** A rough measurement is enough: it must not take longer than a person waits for a page. */
const MOST_STEPS = 30;
const TRAINING_MS = 3000;
const PROFILE_MS = 3000;
const EVALUATION_MS = 1000;
const CHECKPOINTS = 3;
/** The most depths that are measured; between them, the cost model says how long a step lasts. */
const MOST_DEPTHS = 8;
const FEWEST_DEPTHS = 2;
/** Steps of a profile at one depth: three pairs and an untimed step. */
const STEPS_A_DEPTH = 7;

export interface MeasuredTraining {
  readonly plan: TrainingPlan;
  readonly session: TrainingSession;
  readonly batches: TrainingBatches;
  readonly evaluationBatches: () => AsyncIterable<Batch>;
  /** Measures step times at these depths, in at most `budgetMs` if three rounds fit into that. */
  readonly profileAt: (depths: readonly number[], budgetMs: number) => Promise<MeasuredProfile>;
  /** Saves a checkpoint as after an epoch; it is not kept. */
  readonly saveCheckpoint: () => Promise<unknown>;
  /** Returns milliseconds. */
  readonly now: () => number;
}

export interface MeasuredProfile extends StepProfile {
  /** The time of the first step at each depth. */
  readonly firstStepsMs: readonly number[];
}

export type Pace = Omit<Measurement, 'startUpSeconds' | 'device'>;

/**
 * Trains some steps unfrozen, profiles some depths, evaluates some images, and saves. The first time of each does not
 * count.
 */
export async function measurePace(training: MeasuredTraining): Promise<Pace> {
  const stepTimes = await timeSteps(training);
  const msPerStep = median(stepTimes);
  const macs = training.plan.layers.map((layer) => layer.macs);
  const wanted = spreadDepths(macs, affordableDepths(msPerStep));
  const { depths, firstStepsMs } = await training.profileAt(wanted, PROFILE_MS);
  return {
    msPerStep,
    steps: stepTimes.length,
    depths,
    msPerNewDepth: firstStepsMs.length === 0 ? null : median(firstStepsMs),
    msPerEvaluatedImage: await timeEvaluation(training),
    msPerCheckpoint: await timeCheckpoints(training),
  };
}

function affordableDepths(msPerStep: number): number {
  return Math.max(FEWEST_DEPTHS, Math.min(MOST_DEPTHS, Math.floor(PROFILE_MS / (STEPS_A_DEPTH * msPerStep))));
}

/** Times each step from the end of the previous one, so that waiting for a batch counts, as it does in training. */
async function timeSteps({ plan, session, batches, now }: MeasuredTraining): Promise<number[]> {
  const train = async (step: number) =>
    session.train({
      batch: await batches.next(),
      step,
      frozenLayers: 0,
      learningRates: learningRatesAt(plan, step, 0),
      readsLoss: true,
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

async function timeCheckpoints({ saveCheckpoint, now }: MeasuredTraining): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < CHECKPOINTS; count++) {
    const start = now();
    await saveCheckpoint();
    times.push(now() - start);
  }
  return median(times);
}
