import { performance } from 'node:perf_hooks';
import { countedNoun } from '#core/analysis/quantity.ts';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { classNamesOf } from '#core/data/class-names.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import { imageSize } from '#core/data/image-set.ts';
import type { Normalization } from '#core/data/normalization.ts';
import { readingOf } from '#core/data/normalization.ts';
import { type RunData, runDataOf, shortHash } from '#core/data/run-data.ts';
import { splitData } from '#core/data/split.ts';
import { type StoredImages, storedImagesOf } from '#core/data/stored-images.ts';
import { areBitExact } from '#core/environment.ts';
import { AppError } from '#core/errors.ts';
import { buildNetwork } from '#core/network/network.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { TrainerCommand } from '#core/ports.ts';
import { ENDING_AT, type Environment, type RunEventBody } from '#core/run-event.ts';
import { BestWeights } from '#core/training/best-weights.ts';
import { ConditionsMeter } from '#core/training/conditions.ts';
import type { EventLog } from '#core/training/event-log.ts';
import type { TrainingRequest, TrainingRun } from '#core/training/loop.ts';
import { trainRun } from '#core/training/loop.ts';
import { NO_GPU } from '#core/training/machine-use.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';
import { Progress } from '#core/training/progress.ts';
import { depthsToWarmUp, warmUp } from '#core/training/warm-up.ts';
import type { RunWeights } from '#core/weights/run-weights.ts';
import type { TrainingStage } from '#core/work.ts';
import type { FoundCheckpoint } from '../checkpoints/checkpoint-folder.ts';
import { CheckpointFolder } from '../checkpoints/checkpoint-folder.ts';
import { checkFreeSpace } from '../checkpoints/checkpoint-space.ts';
import { claimedFiles } from '../checkpoints/claimed-files.ts';
import { openBatchFeeder } from '../datasets/batch-feeder.ts';
import { datasetContent } from '../datasets/dataset-content.ts';
import { openDataSource } from '../datasets/open-data-source.ts';
import { sayOnStandardError } from '../datasets/prepared.ts';
import { createGpuMeter } from '../trainer-host/gpu-meter.ts';
import { createMachine } from '../trainer-host/machine.ts';
import { openSession } from './open-session.ts';
import { openPrefix } from './prefix-choice.ts';
import { restoreTo, startingPoint } from './starting-point.ts';
import { profileRun } from './step-profile.ts';

export type StartCommand = Extract<TrainerCommand, { readonly type: 'start' }>;

interface TrainerPorts extends Pick<TrainingRun, 'pendingRequest'> {
  readonly log: EventLog;
  /** Gets each stage of the start as it begins. */
  readonly tell: (stage: TrainingStage) => void;
}

/**
 * Trains a run, from its data set to its last event. Throws the AppErrors of all its parts.
 *
 * Warm-up, cache and profile try out steps, which change the variables. The restore right before training undoes that, so the
 * trial steps cannot change any number of the run.
 */
export async function runInTrainer(command: StartCommand, { log, pendingRequest, tell }: TrainerPorts): Promise<void> {
  const { spec, dataset, folder } = command;
  const scratch = command.attempt?.scratch ?? folder;
  const emit: TrainingRun['emit'] = (body) => log.emit(body);

  // Read the data, build the network, plan what freezes when.
  tell('data');
  const data = await checkedData(command);
  const source = await openDataSource(dataset);
  const images = splitData(source, spec);
  const name = typeof spec.dataset === 'string' ? spec.dataset : '';
  const { classes } = images.train;
  const classNames = classNamesOf({ name, location: dataset, classes, classNames: source.classNames });
  const reading = readingOf(spec, images.train);
  const { statistics, input } = reading;
  const network = buildNetwork(spec.model, input, classes);
  const plan = planTraining(spec, network);
  const { plans, gradientSums: sumsGradients, movesStatistics } = policyNeeds(spec.policy);
  await checkFreeSpace(folder, { ...spec, layers: plan.descriptions, sumsGradients });

  // Find where to begin: at the newest sound checkpoint, or at step 0 with first weights. A thread draws those of a large network.
  const checkpoints = new CheckpointFolder({
    ...{ ...command, plan, environment: () => environment, keptEvents: () => log.kept },
    ...(command.attempt === undefined ? {} : { files: claimedFiles(command.attempt) }),
  });
  const found = await checkpoints.newest(command);
  await checkpoints.prepare(found === null ? 'nothing' : 'checkpoints');
  const beginning = startingPoint(plan, { found, weights: command.weights });

  // Load TensorFlow, and write the graph of all training steps into a session, in the form that a run which goes on has had. The feeder's thread starts meanwhile.
  tell('tensorflow');
  const feeder = openBatchFeeder(reading);
  const opening = openSession({ network, ...spec, sumsGradients, movesStatistics }, found?.record.environment);
  const [{ start, weights }, { session, environment }] = await Promise.all([beginning, opening]);
  const batches = feeder.trainingBatches(images.train, trainingBatchPlan(spec), start.state.step);

  // Set the variables, make TensorFlow ready, plan the cache of the frozen layers' output, and time the steps.
  tell('weights');
  restoreTo(session, start);
  tell('first-step');
  const warmDepths = depthsToWarmUp(plan, start.state);
  warmUp(session, plan, { imageValues: imageSize(input), depths: warmDepths });
  announce(
    { command, data, weights, plan, statistics, stored: storedImagesOf(dataset, images.train), environment, found },
    log,
  );
  tell('cache');
  const prefix = await openPrefix({ plan, network, session, folder: scratch, fromStep: start.state.step, emit });
  batches.omitImages((step) => prefix.servesAlone(step));
  const isUnwanted = async () => (await pendingRequest()) !== null;
  const isProfiled = command.profile !== 'none' && lacksProfile(found);
  const profiled = { session, warmDepths, plan, feeder, images: images.train, isUnwanted };
  if (isProfiled) tell('profile');
  const profile = isProfiled ? await profileRun(profiled, log) : null;
  if (command.profile === 'only') {
    await prefix.close();
    return emit(endOfMeasuring(await pendingRequest()));
  }

  // Set the variables again, start the clock, and train.
  tell('training');
  restoreTo(session, start);
  const progress = new Progress(start.state, () => performance.now());
  if ((!plans || spec.earlyEnd !== undefined) && profile !== null) progress.noteProfile(profile);
  const evaluationOn = (set: ImageSet) => () => feeder.evaluationBatches(set, spec.batchSize);
  try {
    await trainRun({
      plan,
      progress,
      session,
      batches,
      prefix,
      bestWeights: new BestWeights(start.best),
      validationBatches: images.validation.count === 0 ? null : evaluationOn(images.validation),
      testBatches: evaluationOn(images.test),
      classNames,
      checkpoints,
      conditions: new ConditionsMeter(
        createMachine(),
        environment.backend === 'tensorflow-gpu' ? createGpuMeter() : NO_GPU,
      ),
      emit,
      pendingRequest,
    });
  } finally {
    await prefix.close();
  }
}

/** The data as they are now. Throws 'conflict' where they have changed since the run was queued. */
async function checkedData({ runId, spec, dataset, data }: StartCommand): Promise<RunData> {
  const { hashes } = await datasetContent({ location: dataset, again: false }, sayOnStandardError);
  const found = runDataOf(hashes, spec.split);
  if (data === null || data.sha256 === found.sha256) return found;
  const change = `the hash was ${shortHash(data)} and is now ${shortHash(found)}`;
  throw new AppError(
    'conflict',
    `The data of run ${runId} have changed since it was queued (${change}): restore the files, or start a new run.`,
  );
}

/**
 * A run is profiled once, before its first step. If it was paused during that, its checkpoint of step 0 has no profile.
 */
function lacksProfile(found: FoundCheckpoint | null): boolean {
  if (found === null) return true;
  const { checkpoint, record } = found;
  return checkpoint.state.step === 0 && !record.recentEvents.some(({ type }) => type === 'run.profiled');
}

/** The end of a run of which only the step times were wanted: where it was told to end, they may be missing. */
function endOfMeasuring(request: TrainingRequest | null): RunEventBody {
  if (request !== null) return { type: ENDING_AT[request.type], step: 0, reason: request.reason };
  return { type: 'run.stopped', step: 0, reason: 'Only its step times were to be measured.' };
}

interface Beginning {
  readonly command: StartCommand;
  readonly data: RunData;
  /** The weights that were read; null where they were drawn, or where the run goes on. */
  readonly weights: RunWeights | null;
  readonly plan: TrainingPlan;
  readonly statistics: Normalization;
  readonly stored: StoredImages;
  readonly environment: Environment;
  readonly found: FoundCheckpoint | null;
}

/** Emits the event that the run has started or is resumed. */
function announce(
  { command, data, weights, plan, statistics, stored, environment, found }: Beginning,
  log: EventLog,
): void {
  if (found !== null) {
    announceResumed(found, log, environment);
    return;
  }
  log.emit({
    type: 'run.started',
    spec: plan.spec,
    layers: [...plan.layers],
    data,
    weights,
    classGaps: command.classGaps === null ? null : [...command.classGaps],
    normalization: { mean: [...statistics.mean], std: [...statistics.std] },
    storedImages: stored,
    stepsPerEpoch: plan.stepsPerEpoch,
    environment,
    studyId: command.studyId,
    arm: command.arm,
  });
}

/** Emits the events that the host has lost, with the checkpoint itself, so that the record has no gap; then that the run is resumed. */
function announceResumed(found: FoundCheckpoint, log: EventLog, environment: Environment): void {
  const { checkpoint, passedOver, lost, unreported } = found;
  log.repeat(lost);
  if (unreported !== null) log.emit({ type: 'checkpoint.saved', ...unreported });
  const told = passedOver.length === 0 ? {} : { passedOver: [...passedOver] };
  log.emit({ type: 'run.resumed', step: checkpoint.state.step, reason: resumeReason(found, environment), ...told });
}

function resumeReason({ checkpoint, record, passedOver, lost }: FoundCheckpoint, environment: Environment): string {
  const again =
    lost.length === 0 ? [] : [`${countedNoun(lost.length, 'event')} that the database had lost are recorded again.`];
  const change = areBitExact(record.environment, environment)
    ? []
    : ['TensorFlow, its device or its threads have changed since: the last bits may differ.'];
  return [...passedOver, `Goes on with step ${checkpoint.state.step}.`, ...again, ...change].join(' ');
}
