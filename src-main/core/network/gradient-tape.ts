import type { BackwardPass, Operation, TrainingSources } from './operations/operation.ts';
import { Ops } from './ops.ts';

interface TapeEntry<T> {
  readonly output: T;
  /** Tensors of the forward pass, other than `output`, that only `backward` reads. */
  readonly saved: readonly T[];
  /** From the output's gradient, computes those of the variables, and passes the input's on. */
  readonly backward: (gradient: T, pass: BackwardPass<T>) => void;
}

/**
 * Reverse mode over `Kernels`: the forward pass in training mode leaves an entry for each operation, and `backward` runs
 * through them from the last to the first.
 *
 * The input of the first operation (the batch, or the output of the frozen layers) is a constant unless it is tracked: only
 * tensors that depend on it or on a variable are *active*, and no gradient is computed for any other. So the backward pass ends
 * at the freeze boundary by itself: the first active convolution computes its kernel's gradient, not its input's.
 */
export class GradientTape<T> extends Ops<T> {
  /** Gradients of the loss by the variable's name; complete after `backward`. */
  readonly gradients = new Map<string, T>();
  /** Running statistics after this batch, by the variable's name. */
  readonly statistics = new Map<string, T>();
  readonly #sources: TrainingSources<T>;
  readonly #entries: TapeEntry<T>[] = [];
  readonly #active = new Set<T>();
  /** Gradients of active tensors that are not yet complete or not yet consumed. */
  readonly #pending = new Map<T, T>();
  readonly #pass: BackwardPass<T> = {
    needs: (input) => this.#active.has(input),
    passOn: (input, gradientOf) => this.#passOn(input, gradientOf),
    give: (variable, gradient) => this.gradients.set(variable, gradient),
  };

  constructor(sources: TrainingSources<T>) {
    super();
    this.#sources = sources;
  }

  /**
   * Makes `backward` compute the gradient of this input of the first operation too. To be called before that operation.
   */
  track(input: T): void {
    this.#active.add(input);
  }

  /** The gradient of a tracked input; null where the output does not depend on it. Complete after `backward`. */
  gradientOf(input: T): T | null {
    return this.#pending.get(input) ?? null;
  }

  /** Computes all gradients from that of `output`; releases every activation as soon as no entry needs it any more. */
  backward(output: T, gradient: T): void {
    this.#pending.set(output, gradient);
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      const incoming = this.#pending.get(entry.output);
      this.#pending.delete(entry.output);
      if (incoming !== undefined) this.#consume(entry, incoming);
    }
  }

  /** Records an operation. The output of an operation without variables is active only where an input is. */
  apply(operation: Operation, ...inputs: readonly T[]): T {
    const { output, saved = [], statistics = new Map(), backward } = operation.train(inputs, this.#sources);
    for (const [name, value] of statistics) this.statistics.set(name, value);
    const isActive = operation.hasVariables || inputs.some((input) => this.#active.has(input));
    if (backward === undefined || !isActive) return output;
    this.#active.add(output);
    this.#entries.push({ output, backward, saved });
    return output;
  }

  /** Adds to the gradient of an active tensor; for any other tensor the gradient is not even computed. */
  #passOn(tensor: T, gradientOf: () => T): void {
    if (!this.#active.has(tensor)) return;
    const gradient = gradientOf();
    const other = this.#pending.get(tensor);
    if (other === undefined) {
      this.#pending.set(tensor, gradient);
      return;
    }
    this.#pending.set(tensor, this.#sources.kernels.add(other, gradient));
    this.#releaseGradient(other);
    this.#releaseGradient(gradient);
  }

  #consume(entry: TapeEntry<T>, gradient: T): void {
    entry.backward(gradient, this.#pass);
    this.#releaseGradient(gradient);
    this.#sources.kernels.release(entry.output);
    for (const tensor of entry.saved) this.#sources.kernels.release(tensor);
  }

  /** Releases a gradient, unless it is also another tensor's: an addition passes the same one to both inputs. */
  #releaseGradient(gradient: T): void {
    if (![...this.#pending.values()].includes(gradient)) this.#sources.kernels.release(gradient);
  }
}
