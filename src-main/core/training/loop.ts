import type { Batch, TrainingBatches } from '#core/data/batch.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import { ENDING_AT, type EndRequest, type RunEventBody } from '#core/run-event.ts';
import { epochMetrics, stepMetrics } from '#core/series/measured-metrics.ts';
import { decideFrozenLayers, savedAtEnd } from './adaptive-freezing.ts';
import type { BestWeights } from './best-weights.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { ConditionsMeter } from './conditions.ts';
import type { BestEpoch } from './early-end.ts';
import { betterEpoch, earlyEndReason, isEndDue } from './early-end.ts';
import { evaluateOn, predictionsOf } from './evaluation.ts';
import type { TrainingPlan } from './plan.ts';
import { epochOf, isEpochOver, learningRatesAt, updatesAt } from './plan.ts';
import type { FrozenPrefix } from './prefix/frozen-prefix.ts';
import type { Progress } from './progress.ts';
import type { TrainingSession } from './session.ts';

/** A request from the host to a run that trains. */
export interface TrainingRequest {
  readonly type: EndRequest;
  readonly reason: string;
}

/** A run with all that it needs to train. */
export interface TrainingRun {
  readonly plan: TrainingPlan;
  readonly progress: Progress;
  /** Kept by a run that ends early and tests the weights of its best epoch. */
  readonly bestWeights: BestWeights;
  readonly session: TrainingSession;
  /** The batches from the step on at which `progress` begins. */
  readonly batches: TrainingBatches;
  readonly prefix: FrozenPrefix;
  /** The images that are held out; null where there are none. */
  readonly validationBatches: (() => AsyncIterable<Batch>) | null;
  readonly testBatches: () => AsyncIterable<Batch>;
  readonly classNames: readonly string[];
  readonly checkpoints: CheckpointStore;
  readonly conditions: ConditionsMeter;
  readonly emit: (body: RunEventBody) => void;
  /** Lets messages of the host arrive; then returns its request, or null if there is none. */
  readonly pendingRequest: () => Promise<TrainingRequest | null>;
}

/** Trains until the last step, an early end, a request of the host or a divergence. The last event says how the run ended. */
export async function trainRun(run: TrainingRun): Promise<void> {
  const { plan, progress, session } = run;
  const { sum, count } = progress.state.epochLoss;
  session.setLossTotal({ sum, finiteSteps: count });
  run.conditions.begin();
  while (!isLastStepDone(run)) {
    const request = await run.pendingRequest();
    if (request !== null) return endOnRequest(run, request);
    const loss = await trainStep(run);
    if (loss !== null && !Number.isFinite(loss)) return endDiverged(run);
    if (!isEpochOver(plan, progress.state.step)) continue;
    noteLosses(run);
    if (!progress.areLossesFinite) return endDiverged(run);
    await finishEpoch(run);
  }
  await finishRun(run);
}

/** Whether no step is left: all are done, or the run ends early. */
function isLastStepDone({ plan, progress }: TrainingRun): boolean {
  const { step, best } = progress.state;
  return step >= plan.steps || isEndDue(plan.spec.earlyEnd, best, Math.floor(step / plan.stepsPerEpoch));
}

/**
 * One step: freezes and unfreezes the layers that are due, takes every layer's rate from the schedule and a batch from the feeder, and
 * updates the variables; `core/optimizer/` has the formulas. Returns the batch's loss before the update, but only at
 * steps that report it: reading the loss means waiting for the device.
 */
async function trainStep(run: TrainingRun): Promise<number | null> {
  const { plan, progress, session, batches, prefix, emit } = run;
  const { step } = progress.state;
  const frozenLayers = freezeLayers(run);
  const learningRates = learningRatesAt(plan, step, frozenLayers);

  const other = progress.lap('training');
  const batch = await batches.next();
  const wait = progress.lap('training');
  const prefixOutput = await prefix.outputFor(batch, frozenLayers);
  const readsLoss = step % plan.spec.logEverySteps === 0;
  const updates = updatesAt(plan, step);
  const loss = session.train({ batch, step, frozenLayers, learningRates, updates, prefixOutput, readsLoss });
  const ms = { wait, step: progress.lap('training'), other };

  progress.finishStep();
  if (loss !== null) {
    const metrics = stepMetrics({ step, plan, frozenLayers, loss, learningRates, session });
    emit({ type: 'step.sampled', step, loss, learningRates, ms, ...metrics });
  }
  return loss;
}

/** Freezes and unfreezes the layers that are due, and reports them. Returns the number of frozen layers. */
function freezeLayers({ plan, progress, session, emit }: TrainingRun): number {
  const { step, frozenLayers: before } = progress.state;
  const frozenLayers = decideFrozenLayers(plan, progress, session);
  for (let layer = before; layer < frozenLayers; layer++) {
    emit({ type: 'layer.frozen', layer, step, epoch: epochOf(plan, step) });
  }
  for (let layer = before - 1; layer >= frozenLayers; layer--) {
    emit({ type: 'layer.unfrozen', layer, step, epoch: epochOf(plan, step) });
  }
  progress.freeze(frozenLayers);
  return frozenLayers;
}

/** Takes over the sum of the epoch's losses so far from the device. */
function noteLosses({ progress, session }: TrainingRun): void {
  progress.noteLosses(session.lossTotal().sum);
}

async function finishEpoch(run: TrainingRun): Promise<void> {
  const { plan, progress, session, validationBatches, emit } = run;
  const { step, frozenLayers } = progress.state;
  const epoch = epochOf(plan, step - 1);
  progress.lap('training');
  const conditions = run.conditions.read();
  const machine = run.conditions.use();
  const validation = validationBatches === null ? null : await evaluateOn(run, validationBatches());
  progress.lap('evaluation');
  emit({
    type: 'epoch.finished',
    epoch,
    trainLoss: progress.trainLoss,
    validationLoss: validation?.loss ?? null,
    validationError: validation?.error ?? null,
    frozenLayers,
    seconds: progress.state.epochSeconds,
    conditions,
    ...epochMetrics({ epoch, plan, frozenLayers, trainLoss: progress.trainLoss, validation, machine, session }),
  });
  if (validation !== null) noteBest(run, { epoch, error: validation.error });
  const isLast = isLastStepDone(run);
  // Before the last checkpoint: a run that goes on from there evaluates only the test images.
  if (validation !== null && isLast && !testsBest(run)) {
    emit({ type: 'predictions.counted', ...predictionsOf('validation', run.classNames, validation) });
  }
  // After the event, so that a checkpoint never holds an epoch that was not reported. Its time counts for the next epoch.
  if (policyNeeds(plan.spec.policy).loss) progress.noteEpochLoss();
  progress.beginEpoch();
  session.setLossTotal({ sum: 0, finiteSteps: 0 });
  if (epoch % plan.spec.checkpointEveryEpochs === 0 || isLast) await saveCheckpoint(run);
  run.conditions.begin();
  // The time between two epochs is not training time, whether a checkpoint was written or not.
  progress.lap('checkpoint');
}

/** Whether the weights of the best epoch are tested, not those after the last step. */
function testsBest({ plan }: TrainingRun): boolean {
  return plan.spec.earlyEnd?.weights === 'best';
}

function noteBest(run: TrainingRun, epoch: BestEpoch): void {
  const { plan, progress, session, bestWeights } = run;
  if (plan.spec.earlyEnd === undefined) return;
  const best = betterEpoch(progress.state.best, epoch);
  if (best !== epoch) return;
  progress.noteBest(best);
  if (testsBest(run)) bestWeights.keep(session.weights());
}

async function saveCheckpoint({ plan, progress, session, bestWeights, checkpoints, emit }: TrainingRun): Promise<void> {
  const { state } = progress;
  const [weights, optimizer, gradientSums] = [session.weights(), session.optimizerState(), session.gradientSums()];
  const saved = await checkpoints.save({ state, weights, optimizer, gradientSums, best: bestWeights.weights });
  progress.lap('checkpoint');
  progress.markSaved();
  const { step, seconds } = state;
  emit({ type: 'checkpoint.saved', step, epoch: Math.floor(step / plan.stepsPerEpoch), ...saved, seconds });
}

async function finishRun(run: TrainingRun): Promise<void> {
  const { plan, progress, session, checkpoints, emit } = run;
  await run.prefix.close();
  await takeBestWeights(run);
  const test = await evaluateOn(run, run.testBatches());
  progress.lap('evaluation');
  await checkpoints.saveWeights(session.weights());
  progress.lap('checkpoint');
  emit({ type: 'predictions.counted', ...predictionsOf('test', run.classNames, test) });
  emit({
    type: 'run.finished',
    testError: test.error,
    testLoss: test.loss,
    seconds: progress.state.seconds,
    saved: savedAtEnd(plan, progress.state),
    ...endReason(run),
  });
}

/** Puts the weights of the best epoch in place of the last ones, where those are tested, and counts what they predict. */
async function takeBestWeights(run: TrainingRun): Promise<void> {
  const { session, bestWeights, validationBatches, emit } = run;
  if (!testsBest(run) || validationBatches === null) return;
  session.restore(bestWeights.weights, new Map());
  const validation = await evaluateOn(run, validationBatches());
  emit({ type: 'predictions.counted', ...predictionsOf('validation', run.classNames, validation) });
}

/** Why the run ends here; nothing where it has trained all of its steps. */
function endReason({ plan, progress }: TrainingRun): { readonly reason?: string } {
  const { step, best } = progress.state;
  if (step >= plan.steps || best === null) return {};
  const reason = earlyEndReason(step / plan.stepsPerEpoch, Math.ceil(plan.steps / plan.stepsPerEpoch), best);
  return { reason };
}

async function endOnRequest(run: TrainingRun, { type, reason }: TrainingRequest): Promise<void> {
  noteLosses(run);
  if (!run.progress.areLossesFinite) return endDiverged(run);
  if (!run.progress.isSaved) await saveCheckpoint(run);
  await run.prefix.close();
  run.emit({ type: ENDING_AT[type], step: run.progress.state.step, reason });
}

/** Writes no checkpoint: the last one holds the last finite weights. */
async function endDiverged({ plan, progress, session, prefix, emit }: TrainingRun): Promise<void> {
  await prefix.close();
  const { sum, finiteSteps } = session.lossTotal();
  const lastStep = progress.state.step - 1;
  const step = lastStep - (lastStep % plan.stepsPerEpoch) + finiteSteps;
  const advice = 'a lower learning rate may keep it finite';
  emit({ type: 'run.diverged', step, reason: `The loss became ${sum} at step ${step}: ${advice}.` });
}
