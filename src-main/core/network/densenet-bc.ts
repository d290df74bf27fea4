import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import { pooledHead, stem } from './ends.ts';
import { HALVING } from './kernels.ts';
import type { NetworkKind } from './network-kind.ts';
import { UNIFORM_START } from './network-kind.ts';
import type { Layer } from './ops.ts';

const schema = z.strictObject({
  kind: z.literal('densenet-bc'),
  depth: z.int().positive().max(10_000).default(76),
  growth: z.int().positive().max(512).default(12),
});

/**
 * Channels after a transition as a share of those before it: the compression C of DenseNet-BC (Huang et al. 2017,
 * section 3).
 */
const COMPRESSION = 0.5;

/**
 * DenseNet-BC in FreezeOut's layer division (densenet.py of the authors): stem, every bottleneck and every transition,
 * and the head with the last batch norm. Depth 76 has 40 layers.
 */
export const denseNetBc: NetworkKind<typeof schema> = {
  kind: 'densenet-bc',
  title: 'DenseNet-BC',
  schema,
  fields: [
    {
      ...{ key: 'depth', label: 'Depth', hint: '6n + 4', placeholder: 'layers', type: 'number' },
      column: { title: 'depth', format: 'count' },
    },
    {
      ...{
        key: 'growth',
        label: 'Growth rate',
        hint: 'channels per bottleneck',
        placeholder: 'filters',
        type: 'number',
      },
      column: { title: 'growth', format: 'count' },
    },
  ],
  sizeField: 'depth',
  denseStart: UNIFORM_START,
  family: () => 'DenseNet',
  name: ({ depth, growth }) => `DenseNet-BC ${depth} (k = ${growth})`,
  hasSkips: () => true,
  structure: ({ depth, growth }) =>
    `depth ${depth}, growth rate ${growth}, compression 0.5, three dense blocks; transitions apply ReLU before the batch norm, as in the authors' code. A layer that freezes as one unit is the stem, a bottleneck, a transition or the head.`,
  build: ({ depth, growth }, input, classes) => {
    if (depth < 10 || (depth - 4) % 6 !== 0) {
      throw badRequest(`densenet-bc has no depth ${depth}: use 6n + 4, such as 10, 16, 22, 40 or 76.`);
    }
    return { input, classes, keepsBits: true, layers: [...denseBlocks((depth - 4) / 6, growth), pooledHead(classes)] };
  },
};

/** The stem, and three blocks of `bottlenecks` bottlenecks each, with transitions between the blocks. */
function denseBlocks(bottlenecks: number, growth: number): readonly Layer[] {
  const layers: Layer[] = [stem(2 * growth)];
  let channels = 2 * growth;
  for (const block of [1, 2, 3]) {
    for (let index = 1; index <= bottlenecks; index++) {
      layers.push(bottleneck(`block${block}.bottleneck${index}`, growth));
    }
    channels += bottlenecks * growth;
    if (block < 3) {
      channels = Math.floor(channels * COMPRESSION);
      layers.push(transition(`transition${block}`, channels));
    }
  }
  return layers;
}

/** BN-ReLU-conv1x1-BN-ReLU-conv3x3; its input is passed on, concatenated in front of its output. */
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
      const narrowed = ops.conv2d(normalized, `${name}.conv`, { filters, size: 1, stride: 1 });
      return ops.averagePool(narrowed, HALVING);
    },
  };
}
