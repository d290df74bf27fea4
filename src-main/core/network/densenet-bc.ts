import { badRequest } from '#core/errors.ts';
import { pooledHead, stem } from './ends.ts';
import type { ImageShape, Layer, Network } from './ops.ts';

export interface DenseNetModel {
  readonly kind: 'densenet-bc';
  readonly depth: number;
  readonly growth: number;
}

/** Channels after a transition, as a share of those before it: the C of DenseNet-BC (Huang et al. 2017, section 3). */
const COMPRESSION = 0.5;

/**
 * DenseNet-BC in FreezeOut's layer division (densenet.py of the authors): stem, every bottleneck and every transition,
 * and the head with the last batch norm. Depth 76 has 40 layers.
 */
export function denseNetBc(model: DenseNetModel, input: ImageShape, classes: number): Network {
  const { depth, growth } = model;
  if (depth < 10 || (depth - 4) % 6 !== 0) {
    throw badRequest(`densenet-bc has no depth ${depth}: use 6n + 4, such as 10, 16, 22, 40 or 76.`);
  }
  const bottlenecksPerBlock = (depth - 4) / 6;
  const layers: Layer[] = [stem(2 * growth)];
  let channels = 2 * growth;
  for (const block of [1, 2, 3]) {
    for (let index = 1; index <= bottlenecksPerBlock; index++) {
      layers.push(bottleneck(`block${block}.bottleneck${index}`, growth));
    }
    channels += bottlenecksPerBlock * growth;
    if (block < 3) {
      channels = Math.floor(channels * COMPRESSION);
      layers.push(transition(`transition${block}`, channels));
    }
  }
  layers.push(pooledHead(classes));
  return { input, classes, layers };
}

/** BN-ReLU-conv1x1-BN-ReLU-conv3x3; its input is carried on beside its output. */
function bottleneck(name: string, growth: number): Layer {
  return {
    name,
    forward: (ops, input) => {
      const first = ops.relu(ops.batchNorm(input, `${name}.bn1`));
      const narrowed = ops.conv2d(first, `${name}.conv1`, { filters: 4 * growth, size: 1, stride: 1 });
      const second = ops.relu(ops.batchNorm(narrowed, `${name}.bn2`));
      const features = ops.conv2d(second, `${name}.conv2`, { filters: growth, size: 3, stride: 1 });
      return ops.concat(input, features);
    },
  };
}

/** ReLU before BN: FreezeOut's own change of order. */
function transition(name: string, filters: number): Layer {
  return {
    name,
    forward: (ops, input) => {
      const normalized = ops.batchNorm(ops.relu(input), `${name}.bn`);
      return ops.averagePool(ops.conv2d(normalized, `${name}.conv`, { filters, size: 1, stride: 1 }));
    },
  };
}
