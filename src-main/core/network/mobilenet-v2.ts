import { z } from 'zod';
import type { NetworkKind } from './network-kind.ts';
import { NORMAL_START } from './network-kind.ts';
import type { Layer, Ops } from './ops.ts';
import { namesByModule } from './weight-names.ts';

const WIDTHS = 'must be from 0.1 to 4';

const DROPOUT = 0.2;
/** The first is torchvision's. */
const PUBLISHED_WIDTHS = [1, 0.25, 0.35, 0.5, 0.75, 1.3, 1.4];

const schema = z.strictObject({
  kind: z.literal('mobilenet-v2'),
  /** Factor on the filters of all layers, each rounded to a multiple of 8. */
  width: z.number().min(0.1, WIDTHS).max(4, WIDTHS).default(1),
  dropout: z.number().min(0).lt(1).default(DROPOUT),
});

type MobileNetV2Model = z.infer<typeof schema>;

/** Sandler et al. 2018, table 2: expansion, filters and number of the blocks of a stage, and the stride of its first one. */
const STAGES = [
  { expansion: 1, filters: 16, blocks: 1, stride: 1 },
  { expansion: 6, filters: 24, blocks: 2, stride: 2 },
  { expansion: 6, filters: 32, blocks: 3, stride: 2 },
  { expansion: 6, filters: 64, blocks: 4, stride: 2 },
  { expansion: 6, filters: 96, blocks: 3, stride: 1 },
  { expansion: 6, filters: 160, blocks: 3, stride: 2 },
  { expansion: 6, filters: 320, blocks: 1, stride: 1 },
] as const;

const STEM_FILTERS = 32;
const LAST_FILTERS = 1280;

/**
 * MobileNetV2 as torchvision has it. Its layers are the parts of torchvision's `features`, so that the last 1x1 convolution
 * can freeze and stays when classes change, and the head: the mean, dropout and the classifier.
 */
export const mobileNetV2: NetworkKind<typeof schema> = {
  kind: 'mobilenet-v2',
  title: 'MobileNetV2',
  schema,
  fields: [
    {
      ...{ key: 'width', label: 'Width', hint: '1: as published', placeholder: 'factor', type: 'number' },
      column: { title: 'width', format: 'number' },
    },
    { key: 'dropout', label: 'Dropout', hint: 'in the head', placeholder: 'rate', type: 'number' },
  ],
  denseStart: NORMAL_START,
  family: () => 'MobileNetV2',
  name: ({ width }) => `MobileNetV2${width === 1 ? '' : ` x${width}`}`,
  hasSkips: () => true,
  structure: ({ width, dropout }) =>
    `17 inverted residual blocks with ReLU6${width === 1 ? '' : `, filters times ${width} and rounded to multiples of 8`}, dropout ${dropout} in the head, as in torchvision. A layer that freezes as one unit is the stem, a block, the last 1×1 convolution or the head.`,
  build: (model, input, classes) => ({ input, classes, layers: layersOf(model, classes) }),
  weightNames: { torchvision: namesByModule(torchvisionModule), timm: namesByModule(timmModule) },
  publishedSizes: PUBLISHED_WIDTHS.map((width) => ({ kind: 'mobilenet-v2', width, dropout: DROPOUT })),
};

function layersOf({ width, dropout }: MobileNetV2Model, classes: number): readonly Layer[] {
  let channels = scaled(STEM_FILTERS, width);
  const layers: Layer[] = [stem(channels)];
  for (const { expansion, filters, blocks, stride } of STAGES) {
    for (let index = 0; index < blocks; index++) {
      const place = { name: `features.${layers.length}`, expansion, stride: index === 0 ? stride : 1 };
      layers.push(invertedResidual({ ...place, channels, filters: scaled(filters, width) }));
      channels = scaled(filters, width);
    }
  }
  const last = lastConvolution(`features.${layers.length}`, scaled(LAST_FILTERS, Math.max(1, width)));
  return [...layers, last, head(classes, dropout)];
}

/** The multiple of 8 that is nearest, but never less than 90 % of the scaled number (`_make_divisible` of torchvision). */
function scaled(filters: number, width: number): number {
  const wanted = filters * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

function stem(filters: number): Layer {
  return {
    name: 'stem',
    forward: (ops, input) => {
      const output = ops.conv2d(input, 'stem.conv', { filters, size: 3, stride: 2 });
      return ops.relu6(ops.batchNorm(output, 'stem.bn'));
    },
  };
}

interface Block {
  readonly name: string;
  /** The channels of its input, which it widens this many times. */
  readonly channels: number;
  readonly expansion: number;
  readonly filters: number;
  readonly stride: number;
}

/** A 1x1 convolution that widens, where the block widens at all, a depthwise one, and a 1x1 one without activation. */
function invertedResidual({ name, channels, expansion, filters, stride }: Block): Layer {
  const hidden = channels * expansion;
  return {
    name,
    forward: (ops, input) => {
      const wide = expansion === 1 ? input : pointwise(ops, input, { name: `${name}.expand`, filters: hidden });
      const moved = ops.conv2d(wide, `${name}.depthwise.conv`, { filters: hidden, size: 3, stride, depthwise: true });
      const filtered = ops.relu6(ops.batchNorm(moved, `${name}.depthwise.bn`));
      const narrow = ops.conv2d(filtered, `${name}.project.conv`, { filters, size: 1, stride: 1 });
      const output = ops.batchNorm(narrow, `${name}.project.bn`);
      return stride === 1 && channels === filters ? ops.add(input, output) : output;
    },
  };
}

function lastConvolution(name: string, filters: number): Layer {
  return { name, forward: (ops, input) => pointwise(ops, input, { name, filters }) };
}

function pointwise<T>(ops: Ops<T>, input: T, { name, filters }: Pick<Block, 'name' | 'filters'>): T {
  const output = ops.conv2d(input, `${name}.conv`, { filters, size: 1, stride: 1 });
  return ops.relu6(ops.batchNorm(output, `${name}.bn`));
}

function head(classes: number, dropout: number): Layer {
  return {
    name: 'head',
    forward: (ops, input) =>
      ops.dense(ops.dropout(ops.globalMean(input), 'head.dropout', dropout), 'head.dense', classes),
  };
}

/** The places of a block's convolutions in torchvision's `conv`: the first block does not widen. */
const TORCHVISION_PARTS: Readonly<Record<string, string>> = {
  'expand.conv': '0.0',
  'expand.bn': '0.1',
  'depthwise.conv': '1.0',
  'depthwise.bn': '1.1',
  'project.conv': '2',
  'project.bn': '3',
};
const TORCHVISION_FIRST_PARTS: Readonly<Record<string, string>> = {
  'depthwise.conv': '0.0',
  'depthwise.bn': '0.1',
  'project.conv': '1',
  'project.bn': '2',
};

const TORCHVISION_ENDS: Readonly<Record<string, string>> = {
  'stem.conv': 'features.0.0',
  'stem.bn': 'features.0.1',
  'features.18.conv': 'features.18.0',
  'features.18.bn': 'features.18.1',
  'head.dense': 'classifier.1',
};

function torchvisionModule(module: string): string {
  const end = TORCHVISION_ENDS[module];
  if (end !== undefined) return end;
  const { index, part } = placeOf(module);
  return `features.${index}.conv.${(index === 1 ? TORCHVISION_FIRST_PARTS : TORCHVISION_PARTS)[part]}`;
}

const TIMM_PARTS: Readonly<Record<string, string>> = {
  'expand.conv': 'conv_pw',
  'expand.bn': 'bn1',
  'depthwise.conv': 'conv_dw',
  'depthwise.bn': 'bn2',
  'project.conv': 'conv_pwl',
  'project.bn': 'bn3',
};
const TIMM_FIRST_PARTS: Readonly<Record<string, string>> = {
  'depthwise.conv': 'conv_dw',
  'depthwise.bn': 'bn1',
  'project.conv': 'conv_pw',
  'project.bn': 'bn2',
};

const TIMM_ENDS: Readonly<Record<string, string>> = {
  'stem.conv': 'conv_stem',
  'stem.bn': 'bn1',
  'features.18.conv': 'conv_head',
  'features.18.bn': 'bn2',
  'head.dense': 'classifier',
};

/** timm counts the blocks of each stage. */
function timmModule(module: string): string {
  const end = TIMM_ENDS[module];
  if (end !== undefined) return end;
  const { index, part } = placeOf(module);
  let [stage, block] = [0, index - 1];
  while (block >= STAGES[stage].blocks) block -= STAGES[stage++].blocks;
  return `blocks.${stage}.${block}.${(index === 1 ? TIMM_FIRST_PARTS : TIMM_PARTS)[part]}`;
}

/** "features.2.expand.conv" is the part "expand.conv" of block 2. */
function placeOf(module: string): { readonly index: number; readonly part: string } {
  const [, index, ...part] = module.split('.');
  return { index: Number(index), part: part.join('.') };
}
