import type { Batch } from '#core/data/batch.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { boundaryShapes, describeNetwork, product } from '#core/network/shape-ops.ts';
import { isTrained } from '#core/network/variables.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent, RunEventBody } from '#core/run-event.ts';
import { BestWeights } from '#core/training/best-weights.ts';
import type { Checkpoint, CheckpointStore } from '#core/training/checkpoint.ts';
import { EventLog } from '#core/training/event-log.ts';
import type { TrainingRequest, TrainingRun } from '#core/training/loop.ts';
import { trainRun } from '#core/training/loop.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';
import { OrdinaryPrefix } from '#core/training/prefix/frozen-prefix.ts';
import { FIRST_STATE, Progress } from '#core/training/progress.ts';
import type {
  Evaluation,
  LayerRange,
  LossTotal,
  NamedArrays,
  OptimizerState,
  RehearsedStep,
  TrainingSession,
  TrainingStep,
} from '#core/training/session.ts';
import { blindMeter } from './conditions.ts';

const FAKE_MODEL = { kind: 'densenet-bc', depth: 10, growth: 1 } as const;

/** A network of 7 layers. */
export const FAKE_NETWORK = buildNetwork(FAKE_MODEL, { height: 8, width: 8, channels: 1 }, 4);

/** The plan of a run of that network, with 10 steps an epoch, whose spec `change` completes. */
export function fakePlan(change: object): TrainingPlan {
  const counts = { train: 40, validation: 6, test: 6, batchSize: 4 };
  const spec = { dataset: { kind: 'synthetic' }, ...counts, model: FAKE_MODEL, ...change };
  return planTraining(resolvedRunSpecSchema.parse(spec), FAKE_NETWORK);
}

/** Momentum on made-up gradients: every loss depends on all weights, rates and batches before it. */
export class FakeSession implements TrainingSession {
  readonly steps: TrainingStep[] = [];
  readonly #layers: readonly (readonly string[])[];
  readonly #weights = new Map<string, Float32Array>();
  readonly #momentum = new Map<string, Float32Array>();
  readonly #gradientSums = new Map<string, Float32Array>();
  readonly #boundarySizes: readonly number[];
  #total: LossTotal = { sum: 0, finiteSteps: 0 };
  readonly #lossAt: (step: number) => number | null;

  constructor(network: Network, lossAt: (step: number) => number | null = () => null) {
    const layers = describeNetwork(network);
    this.#lossAt = lossAt;
    this.#boundarySizes = boundaryShapes(network).map(({ height, width, channels }) => height * width * channels);
    this.#layers = layers.map(({ variables }) => variables.filter((v) => isTrained(v.kind)).map((v) => v.name));
    for (const { name, shape } of layers.flatMap(({ variables }) => variables)) {
      this.#weights.set(name, new Float32Array(product(shape)).fill(0.5));
    }
  }

  train(step: TrainingStep): number | null {
    this.steps.push({ ...step, learningRates: [...step.learningRates] });
    const { batch, frozenLayers, prefixOutput } = step;
    const loss = this.#loss() + (prefixOutput?.[0] ?? throughLayers(batch.images[0], { from: 0, to: frozenLayers }));
    for (const [layer, names] of this.#layers.entries()) {
      for (const name of names) {
        if (layer < step.frozenLayers) this.#momentum.delete(name);
        else this.#update(name, layer, { loss, rate: step.learningRates[layer] ?? 0 });
      }
    }
    const reported = this.#lossAt(step.step) ?? loss;
    const sum = this.#total.sum + reported;
    this.#total = { sum, finiteSteps: this.#total.finiteSteps + (Number.isFinite(sum) ? 1 : 0) };
    return step.readsLoss ? reported : null;
  }

  lossTotal(): LossTotal {
    return this.#total;
  }

  setLossTotal(total: LossTotal): void {
    this.#total = total;
  }

  rehearse(step: RehearsedStep): void {
    for (const [layer, names] of this.#layers.entries()) {
      if (layer < step.frozenLayers) continue;
      for (const name of names) this.#update(name, layer, { loss: this.#loss(), rate: 0 });
    }
  }

  advance(values: Float32Array, count: number, range: LayerRange): Float32Array {
    const [inputSize, outputSize] = [this.#boundarySizes[range.from], this.#boundarySizes[range.to]];
    const output = new Float32Array(count * outputSize);
    for (let image = 0; image < count; image++) {
      const value = throughLayers(values[image * inputSize], range);
      output.fill(value, image * outputSize, (image + 1) * outputSize);
    }
    return output;
  }

  evaluate(batch: Batch): Evaluation {
    const predictions = new Int32Array(batch.count).fill(0).fill(1, batch.count - 1);
    return { lossSum: this.#loss() * batch.count, errors: 1, topFiveErrors: 0, classes: 2, predictions };
  }

  weights(): NamedArrays {
    return copyOf(this.#weights);
  }

  optimizerState(): OptimizerState {
    return new Map([['momentum', copyOf(this.#momentum)]]);
  }

  gradientSums(): NamedArrays {
    return copyOf(this.#gradientSums);
  }

  setGradientSums(sums: NamedArrays): void {
    this.#gradientSums.clear();
    for (const [name, values] of sums) this.#gradientSums.set(name, values.slice());
  }

  restore(weights: NamedArrays, state: OptimizerState): void {
    for (const [name, values] of weights) this.#weights.set(name, values.slice());
    this.#momentum.clear();
    for (const [name, values] of state.get('momentum') ?? []) this.#momentum.set(name, values.slice());
    this.#gradientSums.clear();
  }

  dispose(): void {
    this.#weights.clear();
  }

  #update(name: string, layer: number, { loss, rate }: { readonly loss: number; readonly rate: number }): void {
    const weight = this.#weights.get(name) ?? new Float32Array();
    const momentum = this.#momentum.get(name) ?? new Float32Array(weight.length);
    const gradient = weight.map(
      (value, index) => 0.01 * loss * Math.sin(index + 1 + 40 * layer * loss) + 0.001 * value,
    );
    const sum = this.#gradientSums.get(name) ?? new Float32Array(weight.length);
    this.#gradientSums.set(
      name,
      sum.map((value, index) => value + gradient[index]),
    );
    this.#momentum.set(
      name,
      momentum.map((value, index) => 0.9 * value + gradient[index]),
    );
    this.#weights.set(
      name,
      weight.map((value, index) => value - rate * momentum[index]),
    );
  }

  #loss(): number {
    let sum = 0;
    for (const values of this.#weights.values()) sum += Math.abs(values[0]);
    return sum / this.#weights.size;
  }
}

/** Layer by layer, in the precision in which values are handed on. */
function throughLayers(value: number, { from, to }: LayerRange): number {
  let passed = value;
  for (let layer = from; layer < to; layer++) passed = Math.fround(passed * 0.5 + 0.01 * layer);
  return passed;
}

function copyOf(arrays: NamedArrays): NamedArrays {
  return new Map(Array.from(arrays, ([name, values]) => [name, values.slice()]));
}

/** Keeps checkpoints in memory. */
export class MemoryCheckpoints implements CheckpointStore {
  readonly saved: Checkpoint[] = [];
  weights: NamedArrays | null = null;

  async save(checkpoint: Checkpoint): Promise<{ bytes: number; sha256: string }> {
    this.saved.push(checkpoint);
    return { bytes: 1, sha256: String(checkpoint.state.step) };
  }

  async saveWeights(weights: NamedArrays): Promise<void> {
    this.weights = weights;
  }
}

export interface FakeRunOptions {
  readonly plan: TrainingPlan;
  readonly session: TrainingSession;
  readonly from?: Checkpoint | undefined;
  readonly lastSeq?: number;
  /** Steps after which the host asks for something. */
  readonly requestAt?: (step: number) => TrainingRequest | null;
  readonly change?: Partial<TrainingRun>;
}

export interface FakeRunOutcome {
  readonly events: readonly RunEvent[];
  readonly checkpoints: MemoryCheckpoints;
}

/** Trains with made-up batches and a clock that moves on by 1 ms at each reading. */
export async function trainFake(options: FakeRunOptions): Promise<FakeRunOutcome> {
  const { plan, session, from } = options;
  const events: RunEvent[] = [];
  const checkpoints = new MemoryCheckpoints();
  const log = new EventLog({
    runId: 'run',
    ...{ lastSeq: options.lastSeq ?? 0, stored: [] },
    now: () => 0,
    send: (event) => events.push(event),
  });
  if (from !== undefined) {
    session.restore(from.weights, from.optimizer);
    session.setGradientSums(from.gradientSums);
  }
  let milliseconds = 0;
  const progress = new Progress(from?.state ?? FIRST_STATE, () => milliseconds++);
  let next = progress.state.step;
  await trainRun({
    plan,
    progress,
    session,
    bestWeights: new BestWeights(from?.best ?? new Map()),
    prefix: new OrdinaryPrefix(null, () => undefined),
    batches: { next: async () => fakeBatch(next++), close: () => undefined },
    validationBatches: fakeEvaluation,
    testBatches: fakeEvaluation,
    classNames: ['none', 'some'],
    checkpoints,
    conditions: blindMeter(),
    emit: (body: RunEventBody) => log.emit(body),
    pendingRequest: async () => options.requestAt?.(progress.state.step) ?? null,
    ...options.change,
  });
  return { events, checkpoints };
}

export function fakeBatch(step: number): Batch {
  return { images: Float32Array.of(Math.sin(step) * 0.1), labels: new Int32Array(4), count: 4, step };
}

/** Two batches of 4 and 2 images, one wrong in each: an error of 2/6. */
async function* fakeEvaluation(): AsyncGenerator<Batch> {
  yield fakeBatch(0);
  yield { ...fakeBatch(1), count: 2 };
}
