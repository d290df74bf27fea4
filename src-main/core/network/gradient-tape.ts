import { batchNormVariables } from './inference-ops.ts';
import type { BatchNormPass, Kernels, ParameterGradients } from './kernels.ts';
import type { Convolution, Ops } from './ops.ts';

export interface TapeSources<T> {
  readonly kernels: Kernels<T>;
  readonly variable: (name: string) => T;
  /** The two numbers that a dropout of this name draws from in this step. */
  readonly dropoutKey: (name: string) => T;
}

interface TapeEntry<T> {
  readonly output: T;
  /** Tensors of the forward pass beside `output` that nothing but `backward` reads. */
  readonly saved: readonly T[];
  /** Gives the gradients of the variables and passes that of the input on, given the output's. */
  readonly backward: (gradient: T) => void;
}

/**
 * Reverse mode over `Kernels`: the forward pass in training mode leaves an entry for each operation, and `backward` runs
 * through them from the last to the first.
 *
 * What the first operation is given (the batch, or the output of the frozen layers) is a constant unless it is tracked: only
 * tensors that depend on it or on a variable are *active*, and no gradient is computed for any other. So the backward pass ends at the freeze boundary
 * by itself: the first active convolution computes its kernel's gradient, not its input's.
 */
export class GradientTape<T> implements Ops<T> {
  /** Of the loss, by the variable's name; complete after `backward`. */
  readonly gradients = new Map<string, T>();
  /** Running statistics after this batch, by the variable's name. */
  readonly statistics = new Map<string, T>();
  readonly #kernels: Kernels<T>;
  readonly #sources: TapeSources<T>;
  readonly #entries: TapeEntry<T>[] = [];
  readonly #active = new Set<T>();
  /** Gradients of active tensors that are not yet complete or not yet consumed. */
  readonly #pending = new Map<T, T>();

  constructor(sources: TapeSources<T>) {
    this.#kernels = sources.kernels;
    this.#sources = sources;
  }

  /** Makes a gradient of what the first operation is given computed too; before that operation. */
  track(input: T): void {
    this.#active.add(input);
  }

  /** Of a tracked input; null where the output does not depend on it. Complete after `backward`. */
  gradientOf(input: T): T | null {
    return this.#pending.get(input) ?? null;
  }

  /** From the loss's gradient with respect to `output`; lets go of every activation as soon as no entry reads it any more. */
  backward(output: T, gradient: T): void {
    this.#pending.set(output, gradient);
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      const incoming = this.#pending.get(entry.output);
      this.#pending.delete(entry.output);
      if (incoming !== undefined) this.#consume(entry, incoming);
    }
  }

  conv2d(input: T, name: string, convolution: Convolution): T {
    const kernel = this.#sources.variable(`${name}.kernel`);
    return this.#record(this.#kernels.conv2d(input, kernel, convolution), (gradient) => {
      const pass = { input, kernel, gradient };
      this.gradients.set(`${name}.kernel`, this.#kernels.conv2dKernelGradient(pass, convolution));
      this.#passOn(input, () => this.#kernels.conv2dInputGradient(pass, convolution));
    });
  }

  batchNorm(input: T, name: string): T {
    const variables = batchNormVariables(name, this.#sources.variable);
    const { output, mean, variance, saved } = this.#kernels.batchNormTraining(input, variables);
    this.statistics.set(`${name}.mean`, mean).set(`${name}.variance`, variance);
    const backward = (gradient: T) => {
      const ofVariables = this.#batchNormBackward({ input, gamma: variables.gamma, saved, gradient });
      this.gradients.set(`${name}.gamma`, ofVariables.gamma).set(`${name}.beta`, ofVariables.beta);
    };
    return this.#record(output, backward, saved);
  }

  relu(input: T): T {
    const output = this.#kernels.relu(input);
    return this.#follow(input, output, (gradient) => this.#kernels.reluGradient(output, gradient));
  }

  maxPool(input: T): T {
    const output = this.#kernels.maxPool(input);
    return this.#follow(input, output, (gradient) => this.#kernels.maxPoolGradient({ input, output, gradient }));
  }

  averagePool(input: T): T {
    const output = this.#kernels.averagePool(input);
    return this.#follow(input, output, (gradient) => this.#kernels.averagePoolGradient(input, gradient));
  }

  globalMean(input: T): T {
    const output = this.#kernels.globalMean(input);
    return this.#follow(input, output, (gradient) => this.#kernels.globalMeanGradient(input, gradient));
  }

  pad(input: T, margin: number): T {
    const output = this.#kernels.pad(input, margin);
    return this.#follow(input, output, (gradient) => this.#kernels.padGradient(gradient, margin));
  }

  concat(first: T, second: T): T {
    const output = this.#kernels.concat(first, second);
    if (!this.#active.has(first) && !this.#active.has(second)) return output;
    return this.#record(output, (gradient) => {
      this.#passOn(first, () => this.#kernels.leadingChannels(gradient, first));
      this.#passOn(second, () => this.#kernels.trailingChannels(gradient, second));
    });
  }

  add(first: T, second: T): T {
    const output = this.#kernels.add(first, second);
    if (!this.#active.has(first) && !this.#active.has(second)) return output;
    return this.#record(output, (gradient) => {
      this.#passOn(first, () => gradient);
      this.#passOn(second, () => gradient);
    });
  }

  dense(input: T, name: string): T {
    const kernel = this.#sources.variable(`${name}.kernel`);
    const product = this.#kernels.matMul(input, kernel);
    const output = this.#kernels.addBias(product, this.#sources.variable(`${name}.bias`));
    this.#kernels.release(product);
    return this.#record(output, (gradient) => {
      this.gradients.set(`${name}.kernel`, this.#kernels.matMul(input, gradient, { transposeLeft: true }));
      this.gradients.set(`${name}.bias`, this.#kernels.biasGradient(gradient));
      this.#passOn(input, () => this.#kernels.matMul(gradient, kernel, { transposeRight: true }));
    });
  }

  dropout(input: T, name: string, rate: number): T {
    if (rate === 0) return input;
    const mask = this.#kernels.dropoutMask(input, rate, this.#sources.dropoutKey(name));
    const output = this.#kernels.multiply(input, mask);
    return this.#follow(input, output, (gradient) => this.#kernels.multiply(gradient, mask), [mask]);
  }

  #batchNormBackward(pass: BatchNormPass<T>): ParameterGradients<T> {
    if (!this.#active.has(pass.input)) return this.#kernels.batchNormParameterGradients(pass);
    const gradients = this.#kernels.batchNormGradient(pass);
    this.#passOn(pass.input, () => gradients.input);
    return gradients;
  }

  #record(output: T, backward: (gradient: T) => void, saved: readonly T[] = []): T {
    this.#active.add(output);
    this.#entries.push({ output, backward, saved });
    return output;
  }

  /** Records an operation without variables, which is active only where its input is. */
  #follow(input: T, output: T, inputGradient: (gradient: T) => T, saved: readonly T[] = []): T {
    if (!this.#active.has(input)) return output;
    return this.#record(output, (gradient) => this.#passOn(input, () => inputGradient(gradient)), saved);
  }

  /** Adds to the gradient of an active tensor; for any other the gradient is not even computed. */
  #passOn(tensor: T, gradientOf: () => T): void {
    if (!this.#active.has(tensor)) return;
    const gradient = gradientOf();
    const other = this.#pending.get(tensor);
    if (other === undefined) {
      this.#pending.set(tensor, gradient);
      return;
    }
    this.#pending.set(tensor, this.#kernels.add(other, gradient));
    this.#releaseGradient(other);
    this.#releaseGradient(gradient);
  }

  #consume(entry: TapeEntry<T>, gradient: T): void {
    entry.backward(gradient);
    this.#releaseGradient(gradient);
    this.#kernels.release(entry.output);
    for (const tensor of entry.saved) this.#kernels.release(tensor);
  }

  /** An addition passes one gradient on to both of its inputs, so another tensor's may be the same. */
  #releaseGradient(gradient: T): void {
    if (![...this.#pending.values()].includes(gradient)) this.#kernels.release(gradient);
  }
}
