import { z } from 'zod';
import { imagenetStem, meanHead } from './ends.ts';
import { HALVING } from './kernels.ts';
import { checkLeastSide } from './least-side.ts';
import type { NetworkKind } from './network-kind.ts';
import { UNIFORM_START } from './network-kind.ts';
import type { Layer } from './ops.ts';
import type { VariableDescription } from './variables.ts';
import type { StoredVariable } from './weight-names.ts';
import { namesByModule } from './weight-names.ts';

const schema = z.strictObject({ kind: z.literal('densenet-121') });

/** The side of the smallest image of which the strides and poolings leave a pixel. */
const LEAST_SIDE = 29;
const GROWTH = 32;
const STEM_FILTERS = 64;
/** Bottlenecks of each dense block. */
const BLOCKS = [6, 12, 24, 16];
/** Filters of a bottleneck's 1x1 convolution for each of those it adds. */
const BOTTLENECK = 4;

/**
 * DenseNet-121 as torchvision has it. Its last batch norm is a layer before the head, so that the head is only what classes
 * change.
 */
export const denseNet121: NetworkKind<typeof schema> = {
  kind: 'densenet-121',
  title: 'DenseNet-121',
  schema,
  fields: [],
  denseStart: UNIFORM_START,
  convolutionFan: 'in',
  family: () => 'DenseNet',
  name: () => 'DenseNet-121',
  hasSkips: () => true,
  structure: () =>
    'growth rate 32, four dense blocks of 6, 12, 24 and 16 bottlenecks, 7×7 stem with max pooling, as in torchvision. A layer that freezes as one unit is the stem, a bottleneck, a transition, the last batch norm or the head.',
  build: (_, input, classes) => {
    checkLeastSide('densenet-121', input, LEAST_SIDE);
    return { input, classes, layers: [imagenetStem(STEM_FILTERS), ...denseBlocks(), lastNorm(), meanHead(classes)] };
  },
  weightNames: { torchvision: nameInFiles, timm: nameInFiles },
  publishedSizes: [{ kind: 'densenet-121' }],
};

/** Dense blocks with transitions between them; each transition halves the channels. */
function denseBlocks(): readonly Layer[] {
  let channels = STEM_FILTERS;
  return BLOCKS.flatMap((bottlenecks, index) => {
    const place = index + 1;
    const layers = Array.from({ length: bottlenecks }, (_, layer) =>
      bottleneck(`denseblock${place}.denselayer${layer + 1}`),
    );
    channels += bottlenecks * GROWTH;
    if (place === BLOCKS.length) return layers;
    channels /= 2;
    return [...layers, transition(`transition${place}`, channels)];
  });
}

/** BN-ReLU-conv1x1-BN-ReLU-conv3x3; its input is passed on, concatenated in front of its output. */
function bottleneck(name: string): Layer {
  return {
    name,
    forward: (ops, input) => {
      const first = ops.relu(ops.batchNorm(input, `${name}.norm1`));
      const narrowed = ops.conv2d(first, `${name}.conv1`, { filters: BOTTLENECK * GROWTH, size: 1, stride: 1 });
      const second = ops.relu(ops.batchNorm(narrowed, `${name}.norm2`));
      return ops.concat(input, ops.conv2d(second, `${name}.conv2`, { filters: GROWTH, size: 3, stride: 1 }));
    },
  };
}

function transition(name: string, filters: number): Layer {
  return {
    name,
    forward: (ops, input) => {
      const activated = ops.relu(ops.batchNorm(input, `${name}.norm`));
      return ops.averagePool(ops.conv2d(activated, `${name}.conv`, { filters, size: 1, stride: 1 }), HALVING);
    },
  };
}

function lastNorm(): Layer {
  return { name: 'norm5', forward: (ops, input) => ops.relu(ops.batchNorm(input, 'norm5.bn')) };
}

const ENDS: Readonly<Record<string, string>> = {
  'stem.conv': 'features.conv0',
  'stem.bn': 'features.norm0',
  'norm5.bn': 'features.norm5',
  'head.dense': 'classifier',
};

function theirModule(module: string): string {
  return ENDS[module] ?? `features.${module}`;
}

/** torchvision's published file has "norm.1" for what its network calls "norm1". */
function nameInFiles(variable: VariableDescription): StoredVariable {
  const stored = namesByModule(theirModule)(variable);
  return { ...stored, formerName: stored.name.replace(/(denselayer\d+\.(?:norm|conv))([12]\.)/, '$1.$2') };
}
