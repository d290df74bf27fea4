import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { isTrained } from '#core/network/variables.ts';
import { randomStream, stringKey } from '#core/random.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import { EagerRuntime } from '../../src-main/tensorflow/eager-runtime.ts';
import { graphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';

export interface StepCase {
  readonly network: Network;
  readonly weights: NamedArrays;
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

export interface StepResult {
  readonly loss: number;
  readonly gradients: NamedArrays;
  /** Running statistics after the batch, of the layers that train. */
  readonly statistics: NamedArrays;
}

const SEED = 5;
const STEP = 7;
const { binding } = loadTensorFlow('cpu');

/** Single steps of a session from the same weights, and the gradients in them, which it does not tell. */
export class SessionStep {
  readonly #case: StepCase;
  readonly #session: TrainingSession;

  constructor(of: StepCase, device = graphDevice(false)) {
    // The first momentum is the gradient.
    const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 };
    this.#case = of;
    const settings = { network: of.network, optimizer, seed: SEED, batchSize: of.labels.length };
    this.#session = createGraphSession(binding, settings, device);
  }

  /** On the case's batch, or on another one of as many images. */
  train(frozenLayers: number, { images, labels }: Pick<StepCase, 'images' | 'labels'> = this.#case): StepResult {
    const { network, weights } = this.#case;
    this.#session.restore(weights, new Map());
    const batch = { images, labels, count: labels.length };
    const learningRates = new Array<number>(network.layers.length).fill(0.1);
    const loss = this.#session.train({ batch, step: STEP, frozenLayers, learningRates, readsLoss: true });
    const after = this.#session.weights();
    const statistics = describeNetwork(network)
      .slice(frozenLayers)
      .flatMap(({ variables }) => variables.filter(({ kind }) => !isTrained(kind)));
    return {
      loss: loss ?? Number.NaN,
      gradients: this.#session.optimizerState().get('momentum') ?? new Map(),
      statistics: new Map(statistics.map(({ name }) => [name, after.get(name) ?? new Float32Array()])),
    };
  }

  logits(): Float32Array {
    return this.outputOf(this.#case.network.layers.length);
  }

  /** What the first layers give in evaluation mode. */
  outputOf(layers: number): Float32Array {
    const { weights, images, labels } = this.#case;
    this.#session.restore(weights, new Map());
    return this.#session.advance(images, labels.length, { from: 0, to: layers });
  }

  dispose(): void {
    this.#session.dispose();
  }
}

/** What the step of a `SessionStep` draws for a dropout: TensorFlow's generator, keyed as the session keys it. */
export function dropoutMask(name: string, rate: number, shape: readonly number[]): Float32Array {
  const runtime = new EagerRuntime(binding);
  const draws = randomStream(SEED, 'dropout', STEP, stringKey(name));
  const key = runtime.integers(Int32Array.of(draws.nextUint32(), draws.nextUint32()));
  const uniform = runtime.read(runtime.run('StatelessRandomUniform', [runtime.integers(Int32Array.from(shape)), key]));
  runtime.dispose();
  return uniform.map((value) => (value < rate ? 0 : 1 / (1 - rate)));
}
