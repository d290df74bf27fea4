import { badRequest } from '#core/errors.ts';
import type { ImageShape, Layer, Network } from './ops.ts';

export interface VggModel {
  readonly kind: 'vgg';
  readonly depth: number;
  readonly dropout: number;
  /** Times the filters and the head's units; default 1. */
  readonly width?: number | undefined;
}

/** Filters of the 13 convolutions of VGG-16 (configuration D of Simonyan & Zisserman 2014), by pooling stage. */
const STAGES = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

/** Five poolings take this side to 1. */
const SIDE = 32;
const HEAD_UNITS = 512;

/** VGG-16 with batch norm in FreezeOut's layer division: each conv+BN+ReLU, and the whole classifier as the head. */
export function vgg(model: VggModel, input: ImageShape, classes: number): Network {
  if (model.depth !== 16) throw badRequest(`vgg has no depth ${model.depth}: only 16 is there.`);
  const margin = (SIDE - input.height) / 2;
  if (input.height !== input.width || margin < 0 || !Number.isInteger(margin)) {
    throw badRequest(
      `vgg reads square images of 32 pixels, or of an even number below, not ${input.height}x${input.width}.`,
    );
  }
  const { dropout, width = 1 } = model;
  const scaled = (count: number) => Math.max(1, Math.round(count * width));
  const layers: Layer[] = [];
  for (const stage of STAGES) {
    stage.forEach((filters, index) => {
      const pad = layers.length === 0 ? margin : 0;
      layers.push(
        convolution({
          name: `conv${layers.length + 1}`,
          filters: scaled(filters),
          pad,
          pool: index === stage.length - 1,
        }),
      );
    });
  }
  layers.push(head({ classes, dropout, units: scaled(HEAD_UNITS) }));
  return { input, classes, layers };
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
      return pool ? ops.maxPool(activated) : activated;
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
