import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import { imagenetStem, meanHead } from './ends.ts';
import type { NetworkKind } from './network-kind.ts';
import { UNIFORM_START_WITH_BIAS } from './network-kind.ts';
import type { ImageShape } from './operations/operation.ts';
import type { Layer, Ops } from './ops.ts';
import { namesByModule } from './weight-names.ts';

const STEMS = ['imagenet', 'small'] as const;

const schema = z.strictObject({
  kind: z.literal('resnet'),
  depth: z.int().positive().max(10_000).default(18),
  /** `imagenet`: a 7x7 convolution and a max pooling, which quarter the image; `small`: a 3x3 convolution, which keeps it. */
  stem: z.enum(STEMS).default('imagenet'),
});

type ResNetModel = z.infer<typeof schema>;

interface Size {
  /** Blocks of each of the four stages. */
  readonly blocks: readonly number[];
  readonly block: (of: Block) => Layer;
  /** Output channels of a block for each of its filters. */
  readonly expansion: number;
}

/** He et al. 2016, table 1. */
const SIZES: Readonly<Record<number, Size>> = {
  18: { blocks: [2, 2, 2, 2], block: basicBlock, expansion: 1 },
  34: { blocks: [3, 4, 6, 3], block: basicBlock, expansion: 1 },
  50: { blocks: [3, 4, 6, 3], block: bottleneck, expansion: 4 },
};

const STEM_FILTERS = 64;

/**
 * The factor by which the stem and all stages but the last shrink the image: with so many pixels or fewer, the last stage would
 * have nothing to halve.
 */
const REDUCTION: Readonly<Record<ResNetModel['stem'], number>> = { imagenet: 16, small: 4 };

/** ResNet of He et al. 2016 as torchvision has it (version 1.5: the bottleneck's stride is that of its 3x3 convolution). */
export const resNet: NetworkKind<typeof schema> = {
  kind: 'resnet',
  title: 'ResNet (torchvision)',
  schema,
  fields: [
    {
      ...{ key: 'depth', label: 'Depth', hint: '18, 34 or 50', placeholder: 'layers', type: 'number' },
      column: { title: 'depth', format: 'count' },
    },
    {
      ...{ key: 'stem', label: 'Stem', hint: 'small: 3x3, for small images', type: 'choice', choices: STEMS },
      ...{ help: 'imagenet quarters the image first, small keeps it', placeholder: 'stem' },
      column: { title: 'stem', format: 'text' },
    },
  ],
  sizeField: 'depth',
  denseStart: UNIFORM_START_WITH_BIAS,
  family: () => 'ResNet v1',
  name: ({ depth, stem }) => `ResNet-${depth}${stem === 'small' ? ' (small stem)' : ''}`,
  hasSkips: () => true,
  structure: ({ depth, stem }) => {
    const first = stem === 'small' ? 'a 3×3 convolution, without pooling' : 'a 7×7 convolution and a 3×3 max pooling';
    return `${depth} weight layers as in torchvision's resnet${depth}, post-activation blocks in four stages, stem of ${first}. A layer that freezes as one unit is the stem, a block or the head.`;
  },
  weightNames: { torchvision: namesByModule(theirModule), timm: namesByModule(theirModule) },
  publishedSizes: STEMS.flatMap((stem) =>
    Object.keys(SIZES).map((depth) => ({ kind: 'resnet' as const, depth: Number(depth), stem })),
  ),
  build: (model, input, classes) => {
    const size = SIZES[model.depth];
    if (size === undefined) throw badRequest(`resnet has no depth ${model.depth}: use 18, 34 or 50.`);
    checkImage(model, input);
    const stem = model.stem === 'small' ? smallStem() : imagenetStem(STEM_FILTERS);
    return { input, classes, layers: [stem, ...stages(size), meanHead(classes)] };
  },
};

function checkImage({ stem }: ResNetModel, { height, width }: ImageShape): void {
  const least = REDUCTION[stem] + 1;
  if (height >= least && width >= least) return;
  const other = stem === 'small' ? '' : ', or the stem "small", which reads images from 5x5 pixels on';
  throw badRequest(
    `resnet with the stem "${stem}" reads images of at least ${least}x${least} pixels, not ${height}x${width}: use larger images${other}.`,
  );
}

function smallStem(): Layer {
  return {
    name: 'stem',
    forward: (ops, input) => {
      const output = ops.conv2d(input, 'stem.conv', { filters: STEM_FILTERS, size: 3, stride: 1 });
      return ops.relu(ops.batchNorm(output, 'stem.bn'));
    },
  };
}

/** Four stages, `layer1` to `layer4`; each but the first halves the image. */
function stages({ blocks, block, expansion }: Size): readonly Layer[] {
  let channels = STEM_FILTERS;
  return blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => {
      const filters = STEM_FILTERS * 2 ** stage;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const changesShape = stride > 1 || channels !== filters * expansion;
      channels = filters * expansion;
      return block({ name: `layer${stage + 1}.${index}`, filters, stride, changesShape });
    }),
  );
}

interface Block {
  readonly name: string;
  readonly filters: number;
  readonly stride: number;
  /** Whether its output has another shape than its input, so that the shortcut is a convolution. */
  readonly changesShape: boolean;
}

/** conv3x3-BN-ReLU-conv3x3-BN, added to the shortcut, and ReLU. */
function basicBlock(block: Block): Layer {
  const { name, filters, stride } = block;
  return {
    name,
    forward: (ops, input) => {
      const first = ops.conv2d(input, `${name}.conv1`, { filters, size: 3, stride });
      const between = ops.relu(ops.batchNorm(first, `${name}.bn1`));
      const second = ops.conv2d(between, `${name}.conv2`, { filters, size: 3, stride: 1 });
      const normalized = ops.batchNorm(second, `${name}.bn2`);
      return ops.relu(ops.add(normalized, shortcut(ops, input, { ...block, filters })));
    },
  };
}

/** conv1x1-BN-ReLU-conv3x3-BN-ReLU-conv1x1-BN, added to the shortcut, and ReLU. */
function bottleneck(block: Block): Layer {
  const { name, filters, stride } = block;
  const wide = 4 * filters;
  return {
    name,
    forward: (ops, input) => {
      const first = ops.conv2d(input, `${name}.conv1`, { filters, size: 1, stride: 1 });
      const narrowed = ops.relu(ops.batchNorm(first, `${name}.bn1`));
      const second = ops.conv2d(narrowed, `${name}.conv2`, { filters, size: 3, stride });
      const between = ops.relu(ops.batchNorm(second, `${name}.bn2`));
      const third = ops.conv2d(between, `${name}.conv3`, { filters: wide, size: 1, stride: 1 });
      const normalized = ops.batchNorm(third, `${name}.bn3`);
      return ops.relu(ops.add(normalized, shortcut(ops, input, { ...block, filters: wide })));
    },
  };
}

/** The block's input, or where the shape changes a 1x1 convolution of it with a batch norm. */
function shortcut<T>(ops: Ops<T>, input: T, { name, filters, stride, changesShape }: Block): T {
  if (!changesShape) return input;
  const projected = ops.conv2d(input, `${name}.downsample.conv`, { filters, size: 1, stride });
  return ops.batchNorm(projected, `${name}.downsample.bn`);
}

const ENDS: Readonly<Record<string, string>> = { 'stem.conv': 'conv1', 'stem.bn': 'bn1', 'head.dense': 'fc' };

function theirModule(module: string): string {
  return ENDS[module] ?? module.replace('downsample.conv', 'downsample.0').replace('downsample.bn', 'downsample.1');
}
