import { GradientTape } from '#core/network/gradient-tape.ts';
import { InferenceOps } from '#core/network/inference-ops.ts';
import type { ImageShape, Layer, Network, Ops } from '#core/network/ops.ts';
import { isTrained } from '#core/network/ops.ts';
import type { VariableDescription } from '#core/network/shape-ops.ts';
import { boundaryShapes, describeNetwork, product } from '#core/network/shape-ops.ts';
import { randomStream, stringKey } from '#core/random.ts';
import { scoreLogits } from '#core/training/score.ts';
import type {
  Batch,
  Evaluation,
  LayerRange,
  NamedArrays,
  OptimizerSettings,
  TrainingSession,
  TrainingStep,
} from '#core/training/session.ts';
import type { TensorFlowBinding } from './binding.ts';
import { EagerKernels } from './eager-kernels.ts';
import type { EagerTensor } from './eager-runtime.ts';
import { EagerRuntime } from './eager-runtime.ts';
import { checkNames, checkSize, EagerVariables } from './eager-variables.ts';
import { MomentumOptimizer } from './momentum-optimizer.ts';

export interface SessionSettings {
  readonly network: Network;
  readonly optimizer: OptimizerSettings;
  /** Of the run; keys the dropout draws. */
  readonly seed: number;
}

/** A session that runs TensorFlow's operations one by one. Its variables are zero until `restore`. */
export function createEagerSession(binding: TensorFlowBinding, settings: SessionSettings): TrainingSession {
  return new EagerSession(binding, settings);
}

class EagerSession implements TrainingSession {
  readonly #network: Network;
  readonly #seed: number;
  readonly #runtime: EagerRuntime;
  readonly #kernels: EagerKernels;
  readonly #variables: EagerVariables;
  readonly #optimizer: MomentumOptimizer;
  /** Trained variables, by layer. */
  readonly #trained: readonly (readonly VariableDescription[])[];
  readonly #boundaryShapes: readonly ImageShape[];
  #frozenLayers = 0;

  constructor(binding: TensorFlowBinding, { network, optimizer, seed }: SessionSettings) {
    const layers = describeNetwork(network);
    this.#network = network;
    this.#seed = seed;
    this.#runtime = new EagerRuntime(binding);
    this.#kernels = new EagerKernels(this.#runtime);
    this.#variables = new EagerVariables(
      this.#runtime,
      layers.flatMap(({ variables }) => variables),
    );
    this.#optimizer = new MomentumOptimizer(this.#runtime, optimizer);
    this.#boundaryShapes = boundaryShapes(network);
    this.#trained = layers.map(({ variables }) => variables.filter(({ kind }) => isTrained(kind)));
  }

  train(step: TrainingStep): number {
    this.#freeze(step.frozenLayers);
    return this.#step(step);
  }

  rehearse(step: TrainingStep): void {
    this.#step(step);
  }

  #step(trained: TrainingStep): number {
    const { batch, frozenLayers, learningRates } = trained;
    return this.#runtime.tidy(() => {
      const boundary = this.#boundary(trained);
      const weights = new Map<string, EagerTensor>();
      const tape = this.#tape(trained.step, weights);
      const logits = forward(this.#network.layers.slice(frozenLayers), tape, boundary);
      const { loss, gradient } = this.#kernels.meanCrossEntropy(logits, this.#labels(batch));
      tape.backward(logits, gradient);
      this.#update({ gradients: tape.gradients, weights, learningRates, frozenLayers });
      for (const [name, statistic] of tape.statistics) this.#variables.setStatistic(name, statistic);
      return this.#runtime.read(loss)[0];
    });
  }

  advance(values: Float32Array, count: number, { from, to }: LayerRange): Float32Array {
    return this.#runtime.tidy(() => {
      const input = this.#valuesAt(from, values, count);
      return this.#runtime.read(this.#infer(this.#network.layers.slice(from, to), input));
    });
  }

  evaluate(batch: Batch): Evaluation {
    return this.#runtime.tidy(() => {
      const logits = this.#infer(this.#network.layers, this.#valuesAt(0, batch.images, batch.count));
      return scoreLogits(this.#runtime.read(logits), batch.labels.subarray(0, batch.count));
    });
  }

  weights(): NamedArrays {
    return this.#variables.values();
  }

  momentum(): NamedArrays {
    const active = this.#trained.slice(this.#frozenLayers).flat();
    const zeros = (shape: readonly number[]) => new Float32Array(product(shape));
    return new Map(active.map(({ name, shape }) => [name, this.#optimizer.velocity(name) ?? zeros(shape)]));
  }

  restore(weights: NamedArrays, momentum: NamedArrays): void {
    const trained = this.#trained.flat();
    checkNames(momentum, trained);
    for (const description of trained) {
      if (momentum.has(description.name)) checkSize(description, momentum.get(description.name));
    }
    this.#variables.assign(weights);
    for (const { name, shape } of trained) {
      const velocity = momentum.get(name);
      if (velocity === undefined) this.#optimizer.forget(name);
      else this.#optimizer.setVelocity(name, velocity, shape);
    }
    this.#frozenLayers = 0;
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#variables.dispose();
    this.#runtime.dispose();
  }

  #freeze(frozenLayers: number): void {
    for (const { name } of this.#trained.slice(this.#frozenLayers, frozenLayers).flat()) this.#optimizer.forget(name);
    this.#frozenLayers = frozenLayers;
  }

  #tape(step: number, weights: Map<string, EagerTensor>): GradientTape<EagerTensor> {
    return new GradientTape({
      kernels: this.#kernels,
      variable: (name) => {
        const value = this.#variables.read(name);
        weights.set(name, value);
        return value;
      },
      dropoutKey: (name) => {
        const draws = randomStream(this.#seed, 'dropout', step, stringKey(name));
        return this.#runtime.integers(Int32Array.of(draws.nextUint32(), draws.nextUint32()));
      },
    });
  }

  /** Layer by layer, so that the activations of no more than one layer are in memory. */
  #infer(layers: readonly Layer[], input: EagerTensor): EagerTensor {
    const ops = new InferenceOps(this.#kernels, (name) => this.#variables.read(name));
    return layers.reduce((activations, layer) => {
      const output = this.#runtime.tidyTensor(() => layer.forward(ops, activations));
      if (output !== activations) this.#runtime.release(activations);
      return output;
    }, input);
  }

  #update({ gradients, weights, learningRates, frozenLayers }: StepResult): void {
    for (const [layer, variables] of this.#trained.entries()) {
      if (layer < frozenLayers) continue;
      const learningRate = this.#runtime.scalar(learningRates[layer]);
      for (const { name } of variables) {
        const [weight, gradient] = [weights.get(name), gradients.get(name)];
        if (weight === undefined || gradient === undefined) continue;
        this.#optimizer.update(name, { variable: this.#variables.trained(name), weight, gradient, learningRate });
      }
    }
  }

  /** What the first active layer reads. */
  #boundary({ batch, frozenLayers, prefixOutput }: TrainingStep): EagerTensor {
    if (prefixOutput !== undefined) return this.#valuesAt(frozenLayers, prefixOutput, batch.count);
    return this.#infer(this.#network.layers.slice(0, frozenLayers), this.#valuesAt(0, batch.images, batch.count));
  }

  #valuesAt(layer: number, values: Float32Array, count: number): EagerTensor {
    const { height, width, channels } = this.#boundaryShapes[layer];
    const shape = [count, height, width, channels];
    return this.#runtime.floats(values.subarray(0, product(shape)), shape);
  }

  #labels({ labels, count }: Batch): EagerTensor {
    return this.#runtime.integers(labels.subarray(0, count));
  }
}

interface StepResult {
  readonly gradients: ReadonlyMap<string, EagerTensor>;
  /** What the forward pass read. */
  readonly weights: ReadonlyMap<string, EagerTensor>;
  readonly learningRates: Float64Array;
  readonly frozenLayers: number;
}

function forward<T>(layers: readonly Layer[], ops: Ops<T>, input: T): T {
  return layers.reduce((activations, layer) => layer.forward(ops, activations), input);
}
