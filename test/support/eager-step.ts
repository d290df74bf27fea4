import { GradientTape } from '#core/network/gradient-tape.ts';
import { InferenceOps } from '#core/network/inference-ops.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { stringKey } from '#core/random.ts';
import type { NamedArrays } from '#core/training/session.ts';
import { EagerKernels } from '../../src-main/tensorflow/eager-kernels.ts';
import type { EagerTensor } from '../../src-main/tensorflow/eager-runtime.ts';
import { EagerRuntime } from '../../src-main/tensorflow/eager-runtime.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';

export interface EagerCase {
  readonly network: Network;
  readonly weights: NamedArrays;
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

export interface EagerStepResult {
  readonly loss: number;
  readonly gradients: NamedArrays;
  readonly statistics: NamedArrays;
  readonly masks: NamedArrays;
}

/** What a session keeps to itself: gradients, logits, statistics and dropout masks of the tape over TensorFlow's kernels. */
export class EagerStep {
  readonly #case: EagerCase;
  readonly #runtime = new EagerRuntime(loadTensorFlow('cpu').binding);
  readonly #kernels = new MaskKeepingKernels(this.#runtime);
  readonly #variables: ReadonlyMap<string, EagerTensor>;

  constructor(of: EagerCase) {
    this.#case = of;
    const descriptions = describeNetwork(of.network).flatMap(({ variables }) => variables);
    this.#variables = new Map(
      descriptions.map(({ name, shape }) => [
        name,
        this.#runtime.floats(of.weights.get(name) ?? new Float32Array(), shape),
      ]),
    );
  }

  get tensorCount(): number {
    return this.#runtime.tensorCount;
  }

  train(frozenLayers: number): EagerStepResult {
    return this.#runtime.tidy(() => {
      const kernels = this.#kernels;
      kernels.masks.clear();
      const tape = new GradientTape({
        kernels,
        variable: (name) => this.#variable(name),
        dropoutKey: (name) => kernels.keyOf(name, this.#runtime.integers(Int32Array.of(stringKey(name), 7))),
      });
      const { layers } = this.#case.network;
      const boundary = this.#infer(frozenLayers);
      const logits = layers.slice(frozenLayers).reduce((x, layer) => layer.forward(tape, x), boundary);
      const { loss, gradient } = this.#kernels.meanCrossEntropy(logits, this.#runtime.integers(this.#case.labels));
      tape.backward(logits, gradient);
      const [gradients, statistics] = [this.#read(tape.gradients), this.#read(tape.statistics)];
      return { loss: this.#runtime.read(loss)[0], gradients, statistics, masks: this.#read(kernels.masks) };
    });
  }

  logits(): Float32Array {
    return this.#runtime.tidy(() => this.#runtime.read(this.#infer(this.#case.network.layers.length)));
  }

  dispose(): void {
    this.#runtime.dispose();
  }

  #infer(layers: number): EagerTensor {
    const { network, images, labels } = this.#case;
    const { height, width, channels } = network.input;
    const input = this.#runtime.floats(images, [labels.length, height, width, channels]);
    const ops = new InferenceOps(this.#kernels, (name) => this.#variable(name));
    return network.layers.slice(0, layers).reduce((x, layer) => layer.forward(ops, x), input);
  }

  #variable(name: string): EagerTensor {
    const variable = this.#variables.get(name);
    if (variable === undefined) throw new Error(`The case has no variable ${name}.`);
    return variable;
  }

  #read(tensors: ReadonlyMap<string, EagerTensor>): NamedArrays {
    return new Map([...tensors].map(([name, tensor]) => [name, this.#runtime.read(tensor)]));
  }
}

/** Keeps the masks by the name of their dropout. */
class MaskKeepingKernels extends EagerKernels {
  readonly masks = new Map<string, EagerTensor>();
  readonly #names = new Map<EagerTensor, string>();

  keyOf(name: string, key: EagerTensor): EagerTensor {
    this.#names.set(key, name);
    return key;
  }

  override dropoutMask(input: EagerTensor, rate: number, key: EagerTensor): EagerTensor {
    const mask = super.dropoutMask(input, rate, key);
    this.masks.set(this.#names.get(key) ?? '', mask);
    return mask;
  }

  override release(tensor: EagerTensor): void {
    if (![...this.masks.values()].includes(tensor)) super.release(tensor);
  }
}
