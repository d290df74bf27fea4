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
  return new Map(
    variables.map((variable, index) => {
      const stream = randomStream(seed, 'weights', stringKey(variable.name));
      // A dense part reads its bias directly after its kernel, [inputs, units].
      const [inputs] = (variable.kind === 'dense-bias' ? variables[index - 1] : variable).shape;
      return [variable.name, initialValues(variable, { start, stream, inputs })];
    }),
  );
}

interface Draw {
  readonly start: Pick<NetworkKind, 'denseStart' | 'convolutionFan'>;
  readonly stream: RandomStream;
  /** The number of inputs of a dense part. */
  readonly inputs: number;
}

function initialValues(variable: VariableDescription, { start, stream, inputs }: Draw): Float32Array {
  const { denseStart, convolutionFan = 'out' } = start;
  const values = new Float32Array(product(variable.shape));
  switch (variable.kind) {
    case 'conv-kernel':
    case 'depthwise-kernel':
      return fillNormal(values, heDeviation(variable, convolutionFan), stream);
    case 'dense-kernel':
      return values.map(() => denseStart.draw(inputs, stream));
    case 'bn-gamma':
    case 'bn-variance':
      return values.fill(1);
    case 'bn-beta':
    case 'bn-mean':
    case 'conv-bias':
      return values;
    case 'dense-bias':
      return values.map(() => denseStart.bias?.draw(inputs, stream) ?? 0);
  }
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

function fillNormal(values: Float32Array, deviation: number, stream: RandomStream): Float32Array {
  return values.map(() => deviation * stream.nextNormal());
}
