import { z } from 'zod';
import { HALVING } from './kernels.ts';
import { checkLeastSide } from './least-side.ts';
import type { NetworkKind } from './network-kind.ts';
import { NORMAL_START } from './network-kind.ts';
import type { Layer, Ops } from './ops.ts';
import { pyTorchShape } from './pytorch-layout.ts';
import type { VariableDescription } from './variables.ts';
import { atVggWidth, VGG_STAGES, VGG_WIDTH_FIELD, vggWidth } from './vgg-sizes.ts';
import type { StoredVariable } from './weight-names.ts';
import { namesByModule } from './weight-names.ts';

const DROPOUT = 0.5;

const schema = z.strictObject({
  kind: z.literal('vgg-16-bn'),
  dropout: z.number().min(0).lt(1).default(DROPOUT),
  width: vggWidth,
});

type Vgg16BnModel = z.infer<typeof schema>;

/** The side of the smallest image of which the poolings leave a pixel. */
const LEAST_SIDE = 32;
const UNITS = 4096;
/** The side of the image that the classifier reads, whatever the size of the images. */
const SIDE = 7;
/** A convolution, its batch norm and its ReLU are three modules of torchvision's `features`, a max pool is one. */
const MODULES = 3;

/**
 * VGG-16 with batch norm as torchvision has it. The first two dense parts of the classifier are layers of their own, so that they
 * can freeze, and stay when classes change.
 */
export const vgg16Bn: NetworkKind<typeof schema> = {
  kind: 'vgg-16-bn',
  title: 'VGG-16-BN',
  schema,
  fields: [
    { key: 'dropout', label: 'Dropout', hint: 'in the classifier', placeholder: 'rate', type: 'number' },
    VGG_WIDTH_FIELD,
  ],
  denseStart: NORMAL_START,
  hasConvolutionBiases: true,
  family: () => 'VGG',
  name: ({ width }) => `VGG-16-BN${width === undefined ? '' : ` x${width}`}`,
  hasSkips: () => false,
  structure: ({ dropout, width }) =>
    `13 convolutions with batch norm${width === undefined ? '' : `, filters and units times ${width}`}, average pooling to 7×7, a classifier of three dense parts with dropout ${dropout}, as in torchvision. A layer that freezes as one unit is a convolution with its batch norm, a dense part, or the last dense part (the head).`,
  build: (model, input, classes) => {
    checkLeastSide('vgg-16-bn', input, LEAST_SIDE);
    return { input, classes, layers: layersOf(model, classes) };
  },
  weightNames: { torchvision: inTorchvision, timm: inTimm },
  publishedSizes: [{ kind: 'vgg-16-bn', dropout: DROPOUT }],
};

function layersOf({ dropout, width }: Vgg16BnModel, classes: number): readonly Layer[] {
  let module = 0;
  const convolutions = VGG_STAGES.flatMap((stage) =>
    stage.map((filters, index) => {
      const pools = index === stage.length - 1;
      const name = module === 0 ? 'stem' : `features.${module}`;
      module += MODULES + (pools ? 1 : 0);
      return convolution({ name, filters: atVggWidth(filters, width), pools });
    }),
  );
  const units = atVggWidth(UNITS, width);
  return [
    ...convolutions,
    {
      name: 'classifier.0',
      forward: (ops, input) =>
        dense(ops, ops.adaptiveAveragePool(input, SIDE), { name: 'classifier.0', units, dropout }),
    },
    { name: 'classifier.3', forward: (ops, input) => dense(ops, input, { name: 'classifier.3', units, dropout }) },
    { name: 'head', forward: (ops, input) => ops.dense(ops.flatten(input), 'head.dense', classes) },
  ];
}

interface Convolved {
  readonly name: string;
  readonly filters: number;
  /** Whether a max pool follows. */
  readonly pools: boolean;
}

function convolution({ name, filters, pools }: Convolved): Layer {
  return {
    name,
    forward: (ops, input) => {
      const output = ops.conv2d(input, `${name}.conv`, { filters, size: 3, stride: 1, bias: true });
      const activated = ops.relu(ops.batchNorm(output, `${name}.bn`));
      return pools ? ops.maxPool(activated, HALVING) : activated;
    },
  };
}

interface Dense {
  readonly name: string;
  readonly units: number;
  readonly dropout: number;
}

/** Layers in front of the head give images: here, one of a single pixel. */
function dense<T>(ops: Ops<T>, input: T, { name, units, dropout }: Dense): T {
  const activated = ops.relu(ops.dense(ops.flatten(input), `${name}.dense`, units));
  return ops.pixel(ops.dropout(activated, `${name}.dropout`, dropout));
}

const CONVOLUTIONS: Readonly<Record<string, number>> = { conv: 0, bn: 1 };

/** "features.24.bn" is torchvision's "features.25". */
function convolutionModule(module: string): string {
  const [place, part] = module.startsWith('stem.') ? ['0', module.slice(5)] : module.split('.').slice(1);
  return `features.${Number(place) + CONVOLUTIONS[part]}`;
}

const TORCHVISION_DENSE: Readonly<Record<string, string>> = {
  'classifier.0.dense': 'classifier.0',
  'classifier.3.dense': 'classifier.3',
  'head.dense': 'classifier.6',
};
const TIMM_DENSE: Readonly<Record<string, string>> = {
  'classifier.0.dense': 'pre_logits.fc1',
  'classifier.3.dense': 'pre_logits.fc2',
  'head.dense': 'head.fc',
};

const torchvisionName = namesByModule((module) => TORCHVISION_DENSE[module] ?? convolutionModule(module));
const timmName = namesByModule((module) => TIMM_DENSE[module] ?? convolutionModule(module));

/** The first dense part reads an image, which PyTorch flattens channel by channel, and we pixel by pixel. */
function inTorchvision(variable: VariableDescription): StoredVariable {
  const stored = torchvisionName(variable);
  if (variable.name !== 'classifier.0.dense.kernel') return stored;
  return { ...stored, seenAs: convolutionOf(variable, SIDE) };
}

/** timm has convolutions in place of the first two dense parts, as large as their input. */
function inTimm(variable: VariableDescription): StoredVariable {
  const sides: Readonly<Record<string, number>> = { 'classifier.0.dense.kernel': SIDE, 'classifier.3.dense.kernel': 1 };
  const side = sides[variable.name];
  if (side === undefined) return timmName(variable);
  const seenAs = convolutionOf(variable, side);
  return { ...timmName(variable), seenAs, shape: pyTorchShape(seenAs) };
}

function convolutionOf({ shape: [inputs, units] }: VariableDescription, side: number): StoredVariable['seenAs'] {
  return { kind: 'conv-kernel', shape: [side, side, inputs / side ** 2, units] };
}
