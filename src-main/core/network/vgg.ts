import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import { HALVING } from './kernels.ts';
import type { NetworkKind } from './network-kind.ts';
import { NORMAL_START } from './network-kind.ts';
import type { ImageShape } from './operations/operation.ts';
import type { Layer } from './ops.ts';
import { atVggWidth, VGG_STAGES, VGG_WIDTH_FIELD, vggWidth } from './vgg-sizes.ts';

const schema = z.strictObject({
  kind: z.literal('vgg'),
  depth: z.int().positive().max(10_000).default(16),
  dropout: z.number().min(0).lt(1).default(0.5),
  width: vggWidth,
});

type VggModel = z.infer<typeof schema>;

/** Five poolings take this side to 1. */
const SIDE = 32;
const HEAD_UNITS = 512;

/** VGG-16 with batch norm in FreezeOut's layer division: each conv+BN+ReLU, and the whole classifier as the head. */
export const vgg: NetworkKind<typeof schema> = {
  kind: 'vgg',
  title: 'VGG-16',
  schema,
  fields: [
    {
      ...{ key: 'depth', label: 'Depth', hint: '16', placeholder: 'layers', type: 'number', isFixed: true },
      column: { title: 'depth', format: 'count' },
    },
    { key: 'dropout', label: 'Dropout', hint: 'in the head', placeholder: 'rate', type: 'number' },
    VGG_WIDTH_FIELD,
  ],
  denseStart: NORMAL_START,
  family: () => 'VGG',
  name: ({ depth, width }) => `VGG ${depth}${width === undefined ? '' : ` x${width}`}`,
  hasSkips: () => false,
  structure: ({ depth, dropout, width }) =>
    `${depth} weight layers with batch norm${width === undefined ? '' : `, filters and units times ${width}`}, dropout ${dropout} in the classifier, images padded with zeros to 32×32. A layer that freezes as one unit is a convolution with its batch norm, or the whole classifier (the head).`,
  build: (model, input, classes) => ({ input, classes, keepsBits: true, layers: layersOf(model, input, classes) }),
};

function layersOf({ depth, dropout, width }: VggModel, input: ImageShape, classes: number): readonly Layer[] {
  if (depth !== 16) throw badRequest(`vgg has no depth ${depth}: the only depth is 16.`);
  const margin = marginOf(input);
  const layers: Layer[] = [];
  for (const stage of VGG_STAGES) {
    stage.forEach((filters, index) => {
      const place = { name: `conv${layers.length + 1}`, pad: layers.length === 0 ? margin : 0 };
      layers.push(convolution({ ...place, filters: atVggWidth(filters, width), pool: index === stage.length - 1 }));
    });
  }
  layers.push(head({ classes, dropout, units: atVggWidth(HEAD_UNITS, width) }));
  return layers;
}

/** The zeros on each side that make an image 32 pixels high and wide. */
function marginOf({ height, width }: ImageShape): number {
  const margin = (SIDE - height) / 2;
  if (height === width && margin >= 0 && Number.isInteger(margin)) return margin;
  throw badRequest(`vgg reads square images of 32 pixels, or of a smaller even number, not ${height}x${width}.`);
}

interface ConvolutionLayer {
  readonly name: string;
  readonly filters: number;
  readonly pad: number;
  readonly pool: boolean;
}

function convolution({ name, filters, pad, pool }: ConvolutionLayer): Layer {
  return {
    name,
    forward: (ops, input) => {
      const padded = pad > 0 ? ops.pad(input, pad) : input;
      const output = ops.conv2d(padded, `${name}.conv`, { filters, size: 3, stride: 1 });
      const activated = ops.relu(ops.batchNorm(output, `${name}.bn`));
      return pool ? ops.maxPool(activated, HALVING) : activated;
    },
  };
}

interface Head {
  readonly classes: number;
  readonly dropout: number;
  readonly units: number;
}

/** dense-BN-ReLU-dropout-dense-BN-ReLU-BN-dropout-dense, as in the authors' vgg.py. The mean over 1x1 only flattens. */
function head({ classes, dropout, units }: Head): Layer {
  return {
    name: 'head',
    forward: (ops, input) => {
      const first = ops.dense(ops.globalMean(input), 'head.dense1', units);
      const second = ops.dropout(ops.relu(ops.batchNorm(first, 'head.bn1')), 'head.dropout1', dropout);
      const third = ops.relu(ops.batchNorm(ops.dense(second, 'head.dense2', units), 'head.bn2'));
      const fourth = ops.dropout(ops.batchNorm(third, 'head.bn3'), 'head.dropout2', dropout);
      return ops.dense(fourth, 'head.dense3', classes);
    },
  };
}
