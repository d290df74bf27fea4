import { median } from '#core/analysis/quantile.ts';
import type { Batch, TrainingBatches } from '#core/data/batch.ts';
import type { LayerRecord } from '#core/records.ts';
import type { StepProfile } from '#core/run-event.ts';
import type { FirstSteps, TimedDepth } from './measured-depths.ts';
import { takeFirstKept, takeFirstSteps, timeDepths } from './measured-depths.ts';
import type { MeasuredDepth, Measurement } from './measured-pace.ts';
import { learningRatesAt, type TrainingPlan } from './plan.ts';
import { keptViews } from './prefix/fixed-views.ts';
import type { ProfiledTraining } from './profile.ts';
import { measureProfile } from './profile.ts';
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
/**
 * Unfrozen steps that last as long as the timed ones at one depth: three rounds of an unfrozen, a frozen and a kept one; where the cache
 * keeps values, of one that fills it too.
 */
const STEPS_A_DEPTH = { ordinary: 7, kept: 9 };

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

export type Pace = Omit<
  Measurement,
  'startUpSeconds' | 'device' | 'movingDepths' | 'keptBytes' | 'cacheMemoryBytes' | 'cacheDisk'
>;

/** What the library needed to make itself ready for any step, as it does at the start of a run. */
export interface WarmUpTime {
  readonly warmUpMs: number;
}

/**
 * Makes a step at some depths, trains some steps unfrozen, times the depths, evaluates some images, and saves. The first time of
 * each does not count, or is told by itself. The session's variables are those before the first step, and it has made none yet.
 */
export async function measurePace(training: MeasuredTraining): Promise<Pace & WarmUpTime> {
  const { depths, firstSteps, firstMs } = prepareDepths(training);
  training.restore();
  const stepTimes = await timeSteps(training);
  const msPerStep = median(stepTimes);
  const msPerBatch = await timeBatches(training);
  const toTime = { ...training, depths, isKept: keptViews(training.plan.spec) !== null };
  const firstKeptMs = takeFirstKept(toTime);
  const timed = timeDepths(toTime, DEPTHS_MS);
  const measured = { plan: training.plan, msPerStep, msPerBatch, firstSteps };
  const msPerNewDepth = timePerNewDepth(measured, timed);
  return {
    ...{ msPerStep, steps: stepTimes.length, msPerBatch },
    imagesPerSecond: imagesPerSecond(measured, msPerStep),
    memoryBytes: firstSteps.bytes.get(0) ?? 0,
    depths: timed.map((depth) => measuredDepth(depth, measured)),
    msPerNewDepth,
    msPerNewKept: timePerNewKept(firstKeptMs, { timed, msPerStep }),
    ...(await timeEvaluation(training)),
    ...(await timeCheckpoints(training)),
    // The very first step was one at the deepest depth.
    warmUpMs: Math.max(0, firstMs - msPerNewDepth - msPerStep * (timed.at(-1)?.ratio.median ?? 1)),
  };
}

/** By how much the first steps at the depths took longer than others there. That at the deepest was not its first one. */
function timePerNewDepth({ firstSteps, msPerStep }: MeasuredSteps, timed: readonly TimedDepth[]): number {
  const usual = [...timed.map(({ ratio }) => ratio.median * msPerStep).reverse(), msPerStep];
  const longer = firstSteps.ms.map((ms, place) => Math.max(0, ms - usual[place]));
  return median(timed.length === 0 ? longer : longer.slice(1));
}

/** The same for the first steps of the cache. */
function timePerNewKept(
  firstKeptMs: readonly number[],
  { timed, msPerStep }: { readonly timed: readonly TimedDepth[]; readonly msPerStep: number },
): number | null {
  if (firstKeptMs.length === 0) return null;
  const usual = timed.map(({ cachedRatio, fillingRatio }) => ((fillingRatio ?? 0) + cachedRatio) * msPerStep);
  return median(firstKeptMs.map((ms, place) => Math.max(0, ms - usual[place])));
}

/**
 * Times the depths in a session whose frozen layers run in training mode, in pairs with unfrozen steps. It has made no step yet; the
 * first ones do not count.
 */
export async function measureMovingDepths({
  session,
  depths,
  batch,
  now,
}: MovingDepths): Promise<StepProfile['depths'] | null> {
  const isUnwanted = () => Promise.resolve(false);
  const profile = await measureProfile({
    ...{ session, depths, batch, isUnwanted, monotonicMs: now },
    budgetMs: () => DEPTHS_MS,
  });
  return profile?.depths ?? null;
}

type MovingDepths = Pick<MeasuredTraining, 'batch' | 'now'> & Pick<ProfiledTraining, 'session' | 'depths'>;

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
  const stepsADepth = keptViews(plan.spec) === null ? STEPS_A_DEPTH.ordinary : STEPS_A_DEPTH.kept;
  const roundsMs = (stepsADepth * timeDeepest()) / predictedRatio(macs, deepest);
  const depths = spreadDepths(macs, Math.max(FEWEST_DEPTHS, Math.min(MOST_DEPTHS, Math.floor(DEPTHS_MS / roundsMs))));
  const firstSteps = takeFirstSteps({ session, depths, batch, now }, () => residentBytes() - before);
  return { depths, firstSteps, firstMs };
}

interface MeasuredSteps {
  readonly plan: TrainingPlan;
  readonly msPerStep: number;
  readonly msPerBatch: number;
  readonly firstSteps: FirstSteps;
}

function measuredDepth({ cachedRatio, fillingRatio, ...timed }: TimedDepth, measured: MeasuredSteps): MeasuredDepth {
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
    fillingStepMs: fillingRatio === null ? null : fillingRatio * msPerStep,
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

async function timeEvaluation({ plan, session, evaluationBatches, now }: MeasuredTraining) {
  let batches = 0;
  let firstMs = 0;
  let start: number | null = null;
  let last = 0;
  for await (const batch of evaluationBatches()) {
    if (start === null) {
      const before = now();
      session.evaluate(batch);
      start = now();
      firstMs = start - before;
    }
    session.evaluate(batch);
    batches++;
    last = now();
    if (last - start >= EVALUATION_MS) break;
  }
  const msPerBatch = (last - (start ?? last)) / batches;
  return {
    msPerEvaluatedImage: msPerBatch / plan.spec.batchSize,
    msFirstEvaluation: Math.max(0, firstMs - msPerBatch),
  };
}

async function timeCheckpoints({ saveCheckpoint, now }: MeasuredTraining) {
  const times: number[] = [];
  for (let count = 0; count < CHECKPOINTS; count++) {
    const start = now();
    await saveCheckpoint();
    times.push(now() - start);
  }
  const msPerCheckpoint = median(times);
  return { msPerCheckpoint, msFirstCheckpoint: Math.max(0, times[0] - msPerCheckpoint) };
}
