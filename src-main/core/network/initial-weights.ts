import type { RandomStream } from '#core/random.ts';
import { randomStream, stringKey } from '#core/random.ts';
import type { NamedArrays } from '#core/training/session.ts';
import type { ModelSpec } from './network.ts';
import { networkOf } from './network.ts';
import type { NetworkKind } from './network-kind.ts';
import type { Network } from './ops.ts';
import { describeNetwork, product } from './shape-ops.ts';
import type { VariableDescription } from './variables.ts';

/**
 * Seeded weights of every variable. A variable's draws depend only on the seed and its name, so the arms of a study,
 * or a network with and without its shortcuts, get the same weights for the variables that they share.
 */
export function initialWeights(network: Network, kind: ModelSpec['kind'], seed: number): NamedArrays {
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  return drawnWeights(variables, kind, seed);
}

/** The same draws, of these variables alone. */
export function drawnWeights(
  variables: readonly VariableDescription[],
  kind: ModelSpec['kind'],
  seed: number,
): NamedArrays {
  const start = networkOf({ kind });
  const arrays = arraysInOne(variables.map(({ shape }) => product(shape)));
  for (const [index, variable] of variables.entries()) {
    const stream = randomStream(seed, 'weights', stringKey(variable.name));
    // A dense part reads its bias directly after its kernel, [inputs, units].
    const [inputs] = (variable.kind === 'dense-bias' ? variables[index - 1] : variable).shape;
    drawInto(arrays[index], variable, { start, stream, inputs });
  }
  return new Map(variables.map(({ name }, index) => [name, arrays[index]]));
}

/**
 * Arrays of these lengths in one memory, which passes between threads as a whole. Each begins at an odd place, where no kernel works on
 * it: TensorFlow then copies it by itself, and nobody has to before (see `GraphRuntime`).
 */
function arraysInOne(lengths: readonly number[]): Float32Array<ArrayBuffer>[] {
  let end = 0;
  const places = lengths.map((length) => {
    const place = end + 1 - (end % 2);
    end = place + length;
    return place;
  });
  const memory = new ArrayBuffer(Float32Array.BYTES_PER_ELEMENT * end);
  return lengths.map((length, index) => {
    return new Float32Array(memory, Float32Array.BYTES_PER_ELEMENT * places[index], length);
  });
}

interface Draw {
  readonly start: Pick<NetworkKind, 'denseStart' | 'convolutionFan'>;
  readonly stream: RandomStream;
  /** The number of inputs of a dense part. */
  readonly inputs: number;
}

/** Fills the array, which holds zeros. */
function drawInto(values: Float32Array, variable: VariableDescription, { start, stream, inputs }: Draw): void {
  const { denseStart, convolutionFan = 'out' } = start;
  const { bias } = denseStart;
  switch (variable.kind) {
    case 'conv-kernel':
    case 'depthwise-kernel':
      stream.fillNormal(values, heDeviation(variable, convolutionFan));
      break;
    case 'dense-kernel':
      fillWith(values, () => denseStart.draw(inputs, stream));
      break;
    case 'dense-bias':
      if (bias !== undefined) fillWith(values, () => bias.draw(inputs, stream));
      break;
    case 'bn-gamma':
    case 'bn-variance':
      values.fill(1);
  }
}

function fillWith(values: Float32Array, draw: () => number): void {
  for (let place = 0; place < values.length; place++) values[place] = draw();
}

/**
 * He et al. 2015: std = sqrt(2 / fan), where the fan is height * width * filters (equation 14, fan-out) or
 * height * width * channels that a filter reads (equation 10, fan-in).
 */
function heDeviation({ kind, shape }: VariableDescription, fan: 'in' | 'out'): number {
  const [height, width, channels, filters] = shape;
  const isDepthwise = kind === 'depthwise-kernel';
  const [fanIn, fanOut] = isDepthwise ? [1, channels] : [channels, filters];
  return Math.sqrt(2 / (height * width * (fan === 'in' ? fanIn : fanOut)));
}
