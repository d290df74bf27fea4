import { hasAvx512 } from './processor.ts';

/** What a graph has to know of the device on which it will run. */
export interface GraphDevice {
  readonly usesGpu: boolean;
  /** Whether TensorFlow can run a convolution or a batch norm with its ReLU as one operation here. */
  readonly fusesActivations: boolean;
  /** Whether it has oneDNN's own gradient of a max pooling. */
  readonly remembersMaxima: boolean;
  /** Whether a product of matrices adds up a row in the same order wherever the row stands: see `FrozenKernels`. */
  readonly hasSteadyProducts: boolean;
  /** Whether images lie with their channels first: see `putChannelsFirst`. */
  readonly putsChannelsFirst: boolean;
  /** Whether TensorFlow's graph optimizer works on the graph's functions. */
  readonly optimizesFunctions: boolean;
}

/**
 * The device of this process. Everything that a graph does otherwise for a GPU follows from this: `test/tensorflow/gpu-graphs.test.ts` shows
 * that a GPU has a kernel for each of its nodes. Only the builds for Linux on x64 contain oneDNN's operations.
 */
export function graphDevice(usesGpu: boolean): GraphDevice {
  const hasOneDnn = !usesGpu && process.platform === 'linux' && process.arch === 'x64';
  return {
    ...{ usesGpu, fusesActivations: hasOneDnn, remembersMaxima: hasOneDnn },
    hasSteadyProducts: usesGpu || hasAvx512(),
    ...{ putsChannelsFirst: false, optimizesFunctions: false },
  };
}
