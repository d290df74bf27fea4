import type { Kernels, OperationPass } from '#core/network/kernels.ts';
import type { VariableDescription } from '#core/network/variables.ts';

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The effect of an operation on shapes. */
export interface OperationShape {
  /** The shape without the batch: an image, or a vector of `channels` features (height and width 1). */
  readonly output: ImageShape;
  /** The variables in the order in which the forward pass reads them. */
  readonly variables?: readonly VariableDescription[];
  /** Multiply-adds of one image's forward pass. */
  readonly macs?: number;
}

/** What an operation computes with, besides its inputs. */
export interface EvaluationSources<T> {
  readonly kernels: Kernels<T>;
  readonly variable: (name: string) => T;
}

export interface TrainingSources<T> extends EvaluationSources<T> {
  /** The two numbers that key the draws of the dropout of this name in this step. */
  readonly dropoutKey: (name: string) => T;
}

/** Where the backward pass of an operation puts what it computes. */
export interface BackwardPass<T> {
  /** Whether the gradient of this input is needed. */
  needs(input: T): boolean;
  /** Adds to the gradient of an input; does not call `gradientOf` where that gradient is not needed. */
  passOn(input: T, gradientOf: () => T): void;
  /** Sets the gradient of a variable. */
  give(variable: string, gradient: T): void;
}

export interface TrainedOutput<T> {
  readonly output: T;
  /** Tensors of the forward pass, other than `output`, that only `backward` reads. */
  readonly saved?: readonly T[];
  /** Running statistics after this batch, by the variable's name. */
  readonly statistics?: ReadonlyMap<string, T>;
  /** Takes the loss's gradient with respect to `output`; left out where the output is the input. */
  readonly backward?: (gradient: T, pass: BackwardPass<T>) => void;
}

/** An operation of networks: its effect on shapes, its evaluation, and its training with the backward pass. */
export interface Operation {
  /** Whether it has trained variables, so that its output depends on a variable whatever its inputs are. */
  readonly hasVariables: boolean;
  /** Throws a bad request where the inputs are too small. */
  shape(inputs: readonly ImageShape[]): OperationShape;
  /** Computes the output in evaluation mode: running statistics, no dropout. */
  evaluate<T>(inputs: readonly T[], sources: EvaluationSources<T>): T;
  train<T>(inputs: readonly T[], sources: TrainingSources<T>): TrainedOutput<T>;
}

/** The rule of an operation with one input and no variables that is the same in evaluation and in training. */
export interface PlainRule {
  shape(input: ImageShape): ImageShape;
  forward<T>(kernels: Kernels<T>, input: T): T;
  /** The loss's gradient with respect to the input. */
  inputGradient<T>(kernels: Kernels<T>, pass: OperationPass<T>): T;
}

export function plainOperation(rule: PlainRule): Operation {
  return {
    hasVariables: false,
    shape: ([input]) => ({ output: rule.shape(input) }),
    evaluate: ([input], { kernels }) => rule.forward(kernels, input),
    train: ([input], { kernels }) => {
      const output = rule.forward(kernels, input);
      return {
        output,
        backward: (gradient, pass) =>
          pass.passOn(input, () => rule.inputGradient(kernels, { input, output, gradient })),
      };
    },
  };
}
