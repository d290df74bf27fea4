import { median } from '#core/analysis/quantile.ts';
import type { Batch, TrainingBatches } from '#core/data/batch.ts';
import type { LayerRecord, MeasuredDepth, Measurement } from '#core/records.ts';
import type { FirstSteps, TimedDepth } from './measured-depths.ts';
import { takeFirstSteps, timeDepths } from './measured-depths.ts';
import { learningRatesAt, type TrainingPlan } from './plan.ts';
import { predictedRatio } from './profile-savings.ts';
import { spreadDepths } from './profiled-depths.ts';
import type { TrainingSession } from './session.ts';

/** A rough measurement is enough: it must not take longer than a person waits for a page. */
const MOST_STEPS = 30;
const TRAINING_MS = 3000;
const BATCHES_MS = 200;
const MOST_READY_BATCHES = 4;
const EVALUATION_MS = 1000;
const CHECKPOINTS = 3;
const DEPTHS_MS = 4000;
/** The most depths that are measured; between them, the cost model says how long a step lasts. */
const MOST_DEPTHS = 10;
const FEWEST_DEPTHS = 2;
/** Unfrozen steps that last as long as the timed ones at one depth: three rounds of an unfrozen, a frozen and a kept one. */
const STEPS_A_DEPTH = 7;

export interface MeasuredTraining {
  readonly plan: TrainingPlan;
  readonly session: TrainingSession;
  readonly batches: TrainingBatches;
  /** A copy of a batch, for steps at rates of 0. */
  readonly batch: Batch;
  readonly evaluationBatches: () => AsyncIterable<Batch>;
  /** Sets the session's variables as they are before the first step. */
  readonly restore: () => void;
  /** Saves a checkpoint as after an epoch; it is not kept. */
  readonly saveCheckpoint: () => Promise<unknown>;
  /** The number of values of one image behind each number of frozen layers, from the image itself on. */
  readonly sizes: readonly number[];
  /** The size of the process in memory. */
  readonly residentBytes: () => number;
  /** Returns milliseconds. */
  readonly now: () => number;
}

export type Pace = Omit<Measurement, 'startUpSeconds' | 'device' | 'keptBytes' | 'cacheMemoryBytes'>;

/** What the library needed to make itself ready for unfrozen steps, as it does at the start of a run. */
export interface WarmUpTime {
  readonly warmUpMs: number;
}

/**
 * Makes a step at some depths, trains some steps unfrozen, times the depths, evaluates some images, and saves. The first time of
 * each does not count. The session's variables are those before the first step, and it has made none yet.
 */
export async function measurePace(training: MeasuredTraining): Promise<Pace & WarmUpTime> {
  const { depths, firstSteps, warmUpMs } = prepareDepths(training);
  training.restore();
  const stepTimes = await timeSteps(training);
  const msPerStep = median(stepTimes);
  const msPerBatch = await timeBatches(training);
  const timed = timeDepths({ ...training, depths, budgetMs: DEPTHS_MS });
  const measured = { plan: training.plan, msPerStep, msPerBatch, firstSteps };
  return {
    ...{ msPerStep, steps: stepTimes.length, msPerBatch },
    imagesPerSecond: imagesPerSecond(measured, msPerStep),
    memoryBytes: firstSteps.bytes.get(0) ?? 0,
    depths: timed.map((depth) => measuredDepth(depth, measured)),
    msPerNewDepth: depths.length === 0 ? null : median(firstSteps.ms.slice(0, -1)),
    msPerEvaluatedImage: await timeEvaluation(training),
    msPerCheckpoint: await timeCheckpoints(training),
    warmUpMs,
  };
}

/** Chooses the depths to measure by the time of the deepest step, which is the shortest, and makes a first step at each. */
function prepareDepths({ plan, session, batch, residentBytes, now }: MeasuredTraining) {
  const macs = plan.layers.map((layer) => layer.macs);
  const deepest = macs.length - 1;
  const before = residentBytes();
  const timeDeepest = () => {
    const start = now();
    session.rehearse({ batch, frozenLayers: deepest });
    return now() - start;
  };
  const firstMs = timeDeepest();
  const depths = spreadDepths(macs, affordableDepths(timeDeepest() / predictedRatio(macs, deepest)));
  const firstSteps = takeFirstSteps({ session, depths, batch, now }, () => residentBytes() - before);
  return { depths, firstSteps, warmUpMs: firstMs + (firstSteps.ms.at(-1) ?? 0) };
}

function affordableDepths(unfrozenMs: number): number {
  return Math.max(FEWEST_DEPTHS, Math.min(MOST_DEPTHS, Math.floor(DEPTHS_MS / (STEPS_A_DEPTH * unfrozenMs))));
}

interface MeasuredSteps {
  readonly plan: TrainingPlan;
  readonly msPerStep: number;
  readonly msPerBatch: number;
  readonly firstSteps: FirstSteps;
}

function measuredDepth({ cachedRatio, ...timed }: TimedDepth, measured: MeasuredSteps): MeasuredDepth {
  const { plan, msPerStep, firstSteps } = measured;
  const { frozenLayers, ratio } = timed;
  const paramsOf = (layers: readonly LayerRecord[]) => layers.reduce((sum, { params }) => sum + params, 0);
  return {
    ...timed,
    firstTrained: plan.layers[frozenLayers].name,
    imagesPerSecond: imagesPerSecond(measured, ratio.median * msPerStep),
    memoryBytes: firstSteps.bytes.get(frozenLayers) ?? 0,
    trainedShare: paramsOf(plan.layers.slice(frozenLayers)) / paramsOf(plan.layers),
    cachedStepMs: cachedRatio * msPerStep,
  };
}

/** A step waits where its batch takes longer to make than the step before it. */
function imagesPerSecond({ plan, msPerBatch }: Pick<MeasuredSteps, 'plan' | 'msPerBatch'>, stepMs: number): number {
  return (1000 * plan.spec.batchSize) / Math.max(stepMs, msPerBatch);
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

/** Takes batches without a pause, so that they come as fast as they are made: those that lie ready do not count. */
async function timeBatches({ batches, now }: MeasuredTraining): Promise<number> {
  for (let ready = 0; ready < MOST_READY_BATCHES; ready++) await batches.next();
  const start = now();
  let count = 0;
  do {
    await batches.next();
    count++;
  } while (now() - start < BATCHES_MS);
  return (now() - start) / count;
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
