import type {
  BatchNormPass,
  BatchNormVariables,
  ConvolutionPass,
  Kernels,
  OperationPass,
} from '#core/network/kernels.ts';

/**
 * Kernels whose tensors are names, as those of a graph are: they compute nothing, write down what was asked for, and throw
 * where a tensor is read that was released.
 */
export class SymbolicKernels implements Kernels<string> {
  /** Names of the kernels that ran, in order. */
  readonly calls: string[] = [];
  readonly #released = new Set<string>();

  get released(): ReadonlySet<string> {
    return this.#released;
  }

  conv2d = (input: string, kernel: string) => this.#node('conv2d', input, kernel);
  conv2dInputGradient = ({ kernel, gradient }: ConvolutionPass<string>) =>
    this.#node('conv2dInputGradient', kernel, gradient);
  conv2dKernelGradient = ({ input, gradient }: ConvolutionPass<string>) =>
    this.#node('conv2dKernelGradient', input, gradient);

  batchNormTraining(input: string, { gamma, beta }: BatchNormVariables<string>) {
    const output = this.#node('batchNormTraining', input, gamma, beta);
    return { output, mean: `${output}.mean`, variance: `${output}.variance`, saved: [`${output}.saved`] };
  }

  batchNormInference = (input: string, { mean }: BatchNormVariables<string>) =>
    this.#node('batchNormInference', input, mean);

  batchNormGradient(pass: BatchNormPass<string>) {
    const gradient = this.#node('batchNormGradient', pass.input, pass.gradient, ...pass.saved);
    return { input: gradient, gamma: `${gradient}.gamma`, beta: `${gradient}.beta` };
  }

  batchNormParameterGradients(pass: BatchNormPass<string>) {
    const gradient = this.#node('batchNormParameterGradients', pass.input, pass.gradient, ...pass.saved);
    return { gamma: `${gradient}.gamma`, beta: `${gradient}.beta` };
  }

  relu = (input: string) => this.#node('relu', input);
  reluGradient = (output: string, gradient: string) => this.#node('reluGradient', output, gradient);
  relu6 = (input: string) => this.#node('relu6', input);
  relu6Gradient = (output: string, gradient: string) => this.#node('relu6Gradient', output, gradient);
  maxPool = (input: string) => this.#node('maxPool', input);
  maxPoolGradient = ({ input, output, gradient }: OperationPass<string>) =>
    this.#node('maxPoolGradient', input, output, gradient);
  averagePool = (input: string) => this.#node('averagePool', input);
  averagePoolGradient = (_input: string, gradient: string) => this.#node('averagePoolGradient', gradient);
  adaptiveAveragePool = (input: string) => this.#node('adaptiveAveragePool', input);
  adaptiveAveragePoolGradient = (_input: string, gradient: string) =>
    this.#node('adaptiveAveragePoolGradient', gradient);
  globalMean = (input: string) => this.#node('globalMean', input);
  globalMeanGradient = (_input: string, gradient: string) => this.#node('globalMeanGradient', gradient);
  flatten = (input: string) => this.#node('flatten', input);
  flattenGradient = (_input: string, gradient: string) => this.#node('flattenGradient', gradient);
  pixel = (input: string) => this.#node('pixel', input);
  concat = (first: string, second: string) => this.#node('concat', first, second);
  leadingChannels = (gradient: string) => this.#node('leadingChannels', gradient);
  trailingChannels = (gradient: string) => this.#node('trailingChannels', gradient);
  pad = (input: string) => this.#node('pad', input);
  padGradient = (gradient: string) => this.#node('padGradient', gradient);
  add = (first: string, second: string) => this.#node('add', first, second);
  multiply = (first: string, second: string) => this.#node('multiply', first, second);
  matMul = (left: string, right: string) => this.#node('matMul', left, right);
  addBias = (input: string, bias: string) => this.#node('addBias', input, bias);
  biasGradient = (gradient: string) => this.#node('biasGradient', gradient);
  dropoutMask = (_input: string, _rate: number, key: string) => this.#node('dropoutMask', key);

  meanCrossEntropy(logits: string, labels: string) {
    const loss = this.#node('meanCrossEntropy', logits, labels);
    return { loss, gradient: `${loss}.gradient` };
  }

  release(tensor: string): void {
    this.#released.add(tensor);
  }

  #node(kernel: string, ...inputs: readonly string[]): string {
    const gone = inputs.find((input) => this.#released.has(input));
    if (gone !== undefined) throw new Error(`${kernel} reads ${gone}, which was released.`);
    return `${kernel}${this.calls.push(kernel)}`;
  }
}
