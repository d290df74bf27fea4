import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import { normalization } from '#core/data/normalization.ts';
import { splitData } from '#core/data/split.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { BestWeights } from '#core/training/best-weights.ts';
import type { TrainingRun } from '#core/training/loop.ts';
import { trainRun } from '#core/training/loop.ts';
import { planTraining } from '#core/training/plan.ts';
import { frozenDepths } from '#core/training/profile.ts';
import { FIRST_STATE, Progress } from '#core/training/progress.ts';
import { warmUp } from '#core/training/warm-up.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import type { TensorFlowBinding } from '../../src-main/tensorflow/binding.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { openPrefix } from '../../src-main/trainer/prefix-choice.ts';
import { drawnStart, restoreTo } from '../../src-main/trainer/starting-point.ts';
import { blindMeter } from './conditions.ts';
import { MemoryCheckpoints } from './fake-training.ts';
import { CLASSES } from './judged-networks.ts';

/** Counts a run's own time: it stands still while others have their turn. */
class TurnClock {
  readonly #nowMs: () => number;
  #activeMs = 0;
  #startedMs: number | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#activeMs + (this.#startedMs === null ? 0 : this.#nowMs() - this.#startedMs);
  }

  start(): void {
    this.#startedMs = this.#nowMs();
  }

  stop(): void {
    this.#activeMs = this.now();
    this.#startedMs = null;
  }
}

/** All threads' in processor time: twice as long as a step takes on two cores. */
function clockOf(kind: string): () => number {
  if (kind === 'wall') return () => performance.now();
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
}

/** Hands the turn around; who has ended is passed over. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  async take(): Promise<void> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
  }

  pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}

/** A run on made-up images, every step of it reported, whose images and sizes the spec's `change` completes. */
export interface RunInTurns {
  readonly binding: TensorFlowBinding;
  readonly model: ModelSpec;
  readonly side: number;
  readonly images: number;
  /** What else the spec says: epochs, batch size, policy, or another data set of that many images and that size. */
  readonly change: object;
  readonly turns: Turns;
  /** Steps before it is the next one's turn. */
  readonly stepsATurn: number;
  /** `wall`, or `cpu` for a machine that does other work too. */
  readonly clock?: string;
}

export interface Outcome {
  /** Of training. */
  readonly seconds: number;
  readonly events: readonly RunEventBody[];
}

/** The loss of each step. */
export function lossesOf({ events }: Outcome): number[] {
  return events.flatMap((event) => (event.type === 'step.sampled' ? [event.loss] : []));
}

/** Trains as a trainer does, without validation, checkpoints in memory. */
export async function trainInTurns(run: RunInTurns): Promise<Outcome> {
  const { binding, model, turns, stepsATurn } = run;
  const size = { height: run.side, width: run.side, channels: 3 } as const;
  const counts = { train: run.images, validation: 0, test: 50 };
  const drawn = { classes: CLASSES, train: counts.train, test: counts.test, seed: 0 };
  const dataset = { kind: 'synthetic', ...size, ...drawn } as const;
  const spec = resolvedRunSpecSchema.parse({ dataset, model, ...counts, logEverySteps: 1, seed: 1, ...run.change });
  const network = buildNetwork(model, size, CLASSES);
  const plan = planTraining(spec, network);
  const location = typeof spec.dataset === 'string' ? dataset : spec.dataset;
  const images = splitData(await openDataSource(location), spec);
  const session = createGraphSession(binding, { network, ...spec });

  const [clock, events] = [new TurnClock(clockOf(run.clock ?? 'wall')), [] as RunEventBody[]];
  const emit = (body: RunEventBody) => events.push(body);
  const folder = await mkdtemp(join(tmpdir(), 'training-in-turns-'));
  await turns.take();
  const start = await drawnStart(plan);
  restoreTo(session, start);
  // As the profile does in a trainer, which takes longer than such short runs are worth.
  warmUp(session, plan, { imageValues: imageSize(images.train), depths: frozenDepths(plan.schedule, plan.steps) });
  const prefix = await openPrefix({ plan, network, session, folder, fromStep: 0, emit });
  restoreTo(session, start);
  turns.pass();
  const feeder = openBatchFeeder({ statistics: normalization(images.train) });
  const pendingRequest: TrainingRun['pendingRequest'] = async () => {
    if (progress.state.step % stepsATurn !== 0) return null;
    clock.stop();
    turns.pass();
    await turns.take();
    clock.start();
    return null;
  };
  await turns.take();
  clock.start();
  const progress = new Progress(FIRST_STATE, () => clock.now());
  const batches = feeder.trainingBatches(images.train, trainingBatchPlan(spec), 0);
  batches.omitImages((step) => prefix.servesAlone(step));
  await trainRun({
    ...{ plan, progress, session, prefix, emit, pendingRequest },
    batches,
    bestWeights: new BestWeights(new Map()),
    validationBatches: null,
    testBatches: () => feeder.evaluationBatches(images.test, spec.batchSize),
    classNames: Array.from({ length: images.test.classes }, (_, label) => String(label)),
    checkpoints: new MemoryCheckpoints(),
    conditions: blindMeter(),
  });
  turns.pass();
  await feeder.close();
  session.dispose();
  await rm(folder, { recursive: true });
  return { seconds: progress.state.seconds.training, events };
}
