import { performance } from 'node:perf_hooks';
import { trainingPlan } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import { imageSize } from '#core/data/image-set.ts';
import type { Normalization } from '#core/data/normalization.ts';
import { normalization } from '#core/data/normalization.ts';
import { splitData } from '#core/data/split.ts';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import type { TrainerCommand } from '#core/ports.ts';
import type { Environment } from '#core/run-event.ts';
import { ConditionsMeter } from '#core/training/conditions.ts';
import type { EventLog } from '#core/training/event-log.ts';
import type { TrainingRun } from '#core/training/loop.ts';
import { trainRun } from '#core/training/loop.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';
import { frozenDepths, isWorthProfiling, profileBudgetMs } from '#core/training/profile.ts';
import { profileSaved, stepRatios, unfrozenStepsOf } from '#core/training/profile-savings.ts';
import type { RunState } from '#core/training/progress.ts';
import { FIRST_STATE, Progress } from '#core/training/progress.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { depthsToWarmUp, warmUp } from '#core/training/warm-up.ts';
import type { FoundCheckpoint } from './checkpoints/checkpoint-folder.ts';
import { CheckpointFolder } from './checkpoints/checkpoint-folder.ts';
import { checkFreeSpace } from './checkpoints/free-space.ts';
import { readWeights } from './checkpoints/variables.ts';
import { openBatchFeeder } from './datasets/batch-feeder.ts';
import { openDataSource } from './datasets/open-data-source.ts';
import { createGraphSession } from './tensorflow/graph-session.ts';
import { loadTensorFlow } from './tensorflow/library.ts';
import { areBitExact, environmentOf } from './trainer-host/environment.ts';
import { createMachine } from './trainer-host/machine.ts';
import { openPrefix } from './trainer-prefix.ts';
import type { ProfiledRun } from './trainer-profile.ts';
import { profileInTrainer } from './trainer-profile.ts';

export type StartCommand = Extract<TrainerCommand, { readonly type: 'start' }>;

export interface TrainerPorts extends Pick<TrainingRun, 'pendingRequest'> {
  readonly log: EventLog;
}

/** Puts a run together from its data, network, session and checkpoints, and trains it. Throws the AppErrors of all of them. */
export async function runInTrainer(command: StartCommand, { log, pendingRequest }: TrainerPorts): Promise<void> {
  const { spec, folder } = command;
  const { images, network, plan, statistics } = await planOn(command);
  await checkFreeSpace(folder, plan.descriptions);

  const feeder = openBatchFeeder(statistics);
  const { binding, device } = loadTensorFlow(spec.device);
  const environment = environmentOf(device);
  const session = createGraphSession(binding, { network, ...spec });
  const checkpoints = new CheckpointFolder({ folder, plan, environment, recentEvents: () => log.recent });
  const found = await findCheckpoint(checkpoints, command.resume);
  const state = found?.checkpoint.state ?? FIRST_STATE;
  const batches = feeder.trainingBatches(images.train, trainingPlan(spec), state.step);
  const restoreVariables = await setVariables(session, { plan, network, images: images.train, found });
  announce({ command, plan, statistics, environment, found }, log);
  const emit: TrainingRun['emit'] = (body) => log.emit(body);
  const prefix = await openPrefix({ plan, network, session, folder, fromStep: state.step, emit });
  if (lacksProfile(plan, state, found)) {
    const isUnwanted = async () => (await pendingRequest()) !== null;
    await profileRun({ session, plan, feeder, images: images.train, isUnwanted }, log);
  }
  restoreVariables();

  const evaluationOn = (set: ImageSet) => () => feeder.evaluationBatches(set, spec.batchSize);
  try {
    await trainRun({
      plan,
      progress: new Progress(state, () => performance.now()),
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
  const restore = () => session.restore(weights, found?.checkpoint.momentum ?? new Map());
  restore();
  return restore;
}

/** Once a run, before its first step; where it was paused in its midst, a checkpoint of step 0 has no report of it. */
function lacksProfile({ schedule, steps }: TrainingPlan, { step }: RunState, found: FoundCheckpoint | null): boolean {
  const isProfiled = found?.record.recentEvents.some(({ type }) => type === 'run.profiled') ?? false;
  return step === 0 && !isProfiled && isWorthProfiling(steps, frozenDepths(schedule, steps).length);
}

/** Before the run's clock starts, so that the measurement is no active time. */
async function profileRun(run: Omit<ProfiledRun, 'depths' | 'budgetMs'>, log: EventLog): Promise<void> {
  const { layers, schedule, steps, stepsPerEpoch, spec } = run.plan;
  const macs = layers.map((layer) => layer.macs);
  const predicted = unfrozenStepsOf({ freezes: schedule, steps, ratioAt: stepRatios(null, macs) });
  const start = performance.now();
  const profile = await profileInTrainer({
    ...run,
    depths: frozenDepths(schedule, steps),
    budgetMs: (unfrozenMs) => profileBudgetMs(predicted * unfrozenMs),
  });
  if (profile === null) return;
  const length = { steps, baselineSteps: spec.epochs * stepsPerEpoch };
  const saved = { profile: profileSaved(stepRatios(profile, macs), schedule, length) };
  log.emit({ type: 'run.profiled', ...profile, saved, seconds: (performance.now() - start) / 1000 });
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
