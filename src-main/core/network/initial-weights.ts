import type { RandomStream } from '#core/random.ts';
import { randomStream, stringKey } from '#core/random.ts';
import type { NamedArrays } from '#core/training/session.ts';
import type { ModelSpec } from './network.ts';
import { networkOf } from './network.ts';
import type { DenseStart } from './network-kind.ts';
import type { Network } from './ops.ts';
import { describeNetwork, product } from './shape-ops.ts';
import type { VariableDescription } from './variables.ts';

/**
 * Seeded weights of every variable. A variable's draws depend only on the seed and its name, so the arms of a study,
 * or a network with and without its shortcuts, get the same weights for the variables that they share.
 */
export function initialWeights(network: Network, kind: ModelSpec['kind'], seed: number): NamedArrays {
  const { denseStart } = networkOf({ kind });
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  return new Map(
    variables.map((variable) => {
      const stream = randomStream(seed, 'weights', stringKey(variable.name));
      return [variable.name, initialValues(variable, denseStart, stream)];
    }),
  );
}

function initialValues(variable: VariableDescription, denseStart: DenseStart, stream: RandomStream): Float32Array {
  const values = new Float32Array(product(variable.shape));
  switch (variable.kind) {
    case 'conv-kernel':
      return fillNormal(values, heDeviation(variable.shape), stream);
    case 'dense-kernel':
      return values.map(() => denseStart.draw(variable.shape[0], stream));
    case 'bn-gamma':
    case 'bn-variance':
      return values.fill(1);
    case 'bn-beta':
    case 'bn-mean':
    case 'dense-bias':
      return values;
  }
}

/** He et al. 2015, equation 14 (fan-out): std = sqrt(2 / (height * width * filters)); shape [height, width, in, filters]. */
function heDeviation([height, width, , filters]: readonly number[]): number {
  return Math.sqrt(2 / (height * width * filters));
}

function fillNormal(values: Float32Array, deviation: number, stream: RandomStream): Float32Array {
  return values.map(() => deviation * stream.nextNormal());
}
