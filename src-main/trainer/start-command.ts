import { performance } from 'node:perf_hooks';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import { imageSize } from '#core/data/image-set.ts';
import type { Normalization } from '#core/data/normalization.ts';
import { normalization } from '#core/data/normalization.ts';
import { splitData } from '#core/data/split.ts';
import { areBitExact } from '#core/environment.ts';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { needsOf } from '#core/policy/policy.ts';
import type { TrainerCommand } from '#core/ports.ts';
import type { Environment, StepProfile } from '#core/run-event.ts';
import { ConditionsMeter } from '#core/training/conditions.ts';
import type { EventLog } from '#core/training/event-log.ts';
import type { TrainingRun } from '#core/training/loop.ts';
import { trainRun } from '#core/training/loop.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { lengthOf, planTraining } from '#core/training/plan.ts';
import { profileBudgetMs } from '#core/training/profile.ts';
import { profileSaved, stepRatios, unfrozenStepsOf } from '#core/training/profile-savings.ts';
import { depthsToProfile } from '#core/training/profiled-depths.ts';
import { FIRST_STATE, Progress } from '#core/training/progress.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { depthsToWarmUp, warmUp } from '#core/training/warm-up.ts';
import type { FoundCheckpoint } from '../checkpoints/checkpoint-folder.ts';
import { CheckpointFolder } from '../checkpoints/checkpoint-folder.ts';
import { checkFreeSpace } from '../checkpoints/free-space.ts';
import { readWeights } from '../checkpoints/variables.ts';
import { openBatchFeeder } from '../datasets/batch-feeder.ts';
import { openDataSource } from '../datasets/open-data-source.ts';
import { createGraphSession } from '../tensorflow/graph-session.ts';
import { loadTensorFlow } from '../tensorflow/library.ts';
import { environmentOf } from '../trainer-host/environment.ts';
import { createMachine } from '../trainer-host/machine.ts';
import { openPrefix } from './prefix-choice.ts';
import type { ProfiledRun } from './step-profile.ts';
import { profileInTrainer } from './step-profile.ts';

export type StartCommand = Extract<TrainerCommand, { readonly type: 'start' }>;

export interface TrainerPorts extends Pick<TrainingRun, 'pendingRequest'> {
  readonly log: EventLog;
}

/** Puts a run together from its data, network, session and checkpoints, and trains it. Throws the AppErrors of all of them. */
export async function runInTrainer(command: StartCommand, { log, pendingRequest }: TrainerPorts): Promise<void> {
  const { spec, folder } = command;
  const { images, network, plan, statistics } = await planOn(command);
  const { plans, gradientSums: sumsGradients } = needsOf(spec.policy);
  await checkFreeSpace(folder, { layers: plan.descriptions, sumsGradients });

  const feeder = openBatchFeeder(statistics);
  const { binding, device } = loadTensorFlow(spec.device);
  const environment = environmentOf(device);
  const session = createGraphSession(binding, { network, ...spec, sumsGradients });
  const checkpoints = new CheckpointFolder({ folder, plan, environment, recentEvents: () => log.recent });
  const found = await findCheckpoint(checkpoints, command.resume);
  const state = found?.checkpoint.state ?? FIRST_STATE;
  const batches = feeder.trainingBatches(images.train, trainingBatchPlan(spec), state.step);
  const restoreVariables = await setVariables(session, { plan, network, images: images.train, found });
  announce({ command, plan, statistics, environment, found }, log);
  const emit: TrainingRun['emit'] = (body) => log.emit(body);
  const prefix = await openPrefix({ plan, network, session, folder, fromStep: state.step, emit });
  const depths = command.isProfiled && lacksProfile(found) ? depthsToProfile(plan) : null;
  const isUnwanted = async () => (await pendingRequest()) !== null;
  const measured = { session, plan, feeder, images: images.train, isUnwanted };
  const profile = depths === null ? null : await profileRun({ ...measured, depths }, log);
  restoreVariables();
  const progress = new Progress(state, () => performance.now());
  if (!plans && profile !== null) progress.noteProfile(profile);

  const evaluationOn = (set: ImageSet) => () => feeder.evaluationBatches(set, spec.batchSize);
  try {
    await trainRun({
      plan,
      progress,
      session,
      batches,
      prefix,
      validationBatches: images.validation.count === 0 ? null : evaluationOn(images.validation),
      testBatches: evaluationOn(images.test),
      checkpoints,
      conditions: new ConditionsMeter(createMachine()),
      emit,
      pendingRequest,
    });
  } finally {
    await prefix.close();
  }
}

/** What a run or a measurement trains on. */
export async function planOn({ spec, dataset }: Pick<StartCommand, 'spec' | 'dataset'>) {
  const images = splitData(await openDataSource(dataset), spec);
  const network = buildNetwork(spec.model, images.train, images.train.classes);
  return { images, network, plan: planTraining(spec, network), statistics: normalization(images.train) };
}

async function findCheckpoint(checkpoints: CheckpointFolder, resume: boolean): Promise<FoundCheckpoint | null> {
  await checkpoints.prepare(resume ? 'checkpoints' : 'nothing');
  return resume ? checkpoints.newest() : null;
}

interface FirstWeights {
  readonly plan: TrainingPlan;
  readonly network: Network;
  readonly images: ImageSet;
  readonly found: FoundCheckpoint | null;
}

/**
 * Those of the checkpoint or the first ones, after the library has set itself up. Returns what sets them again, once
 * something was rehearsed.
 */
export async function setVariables(
  session: TrainingSession,
  { plan, network, images, found }: FirstWeights,
): Promise<() => void> {
  const { spec, descriptions } = plan;
  const weights =
    found?.checkpoint.weights ??
    (spec.initialWeights === undefined
      ? initialWeights(network, spec.model.kind, spec.seed)
      : await readWeights(spec.initialWeights, descriptions));
  session.restore(weights, new Map());
  const depths = depthsToWarmUp(plan, found?.checkpoint.state ?? FIRST_STATE);
  warmUp(session, plan, { imageValues: imageSize(images), depths });
  const restore = () => {
    session.restore(weights, found?.checkpoint.momentum ?? new Map());
    if (found !== null) session.setGradientSums(found.checkpoint.gradientSums);
  };
  restore();
  return restore;
}

/** Once a run, before its first step; where it was paused in its midst, a checkpoint of step 0 has no report of it. */
function lacksProfile(found: FoundCheckpoint | null): boolean {
  if (found === null) return true;
  const { checkpoint, record } = found;
  return checkpoint.state.step === 0 && !record.recentEvents.some(({ type }) => type === 'run.profiled');
}

/** Before the run's clock starts, so that the measurement is no active time. Null where it was left off. */
async function profileRun(run: Omit<ProfiledRun, 'budgetMs'>, log: EventLog): Promise<StepProfile | null> {
  const { layers, schedule, steps, spec } = run.plan;
  const macs = layers.map((layer) => layer.macs);
  const predicted = unfrozenStepsOf({ freezes: schedule, steps, ratioAt: stepRatios(null, macs) });
  const start = performance.now();
  const profile = await profileInTrainer({
    ...run,
    budgetMs: (unfrozenMs) => profileBudgetMs(predicted * unfrozenMs),
  });
  if (profile === null) return null;
  const planned = () => profileSaved(stepRatios(profile, macs), schedule, lengthOf(run.plan));
  const saved = { profile: needsOf(spec.policy).plans ? planned() : null };
  log.emit({ type: 'run.profiled', ...profile, saved, seconds: (performance.now() - start) / 1000 });
  return profile;
}

interface Beginning {
  readonly command: StartCommand;
  readonly plan: TrainingPlan;
  readonly statistics: Normalization;
  readonly environment: Environment;
  readonly found: FoundCheckpoint | null;
}

function announce({ command, plan, statistics, environment, found }: Beginning, log: EventLog): void {
  if (found !== null) {
    log.emit({ type: 'run.resumed', step: found.checkpoint.state.step, reason: resumeReason(found, environment) });
    log.repeatLost(found.record.recentEvents);
    return;
  }
  log.emit({
    type: 'run.started',
    spec: plan.spec,
    layers: [...plan.layers],
    normalization: { mean: [...statistics.mean], std: [...statistics.std] },
    stepsPerEpoch: plan.stepsPerEpoch,
    environment,
    studyId: command.studyId,
    arm: command.arm,
  });
}

function resumeReason({ checkpoint, record, damaged }: FoundCheckpoint, environment: Environment): string {
  const change = areBitExact(record.environment, environment)
    ? []
    : ['TensorFlow, its device or its threads have changed since: the last bits may differ.'];
  return [...damaged, `Goes on with step ${checkpoint.state.step}.`, ...change].join(' ');
}
