import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import { pooledHead, stem } from './ends.ts';
import type { NetworkKind } from './network-kind.ts';
import { UNIFORM_START } from './network-kind.ts';
import type { Layer } from './ops.ts';

const schema = z.strictObject({
  kind: z.literal('wide-resnet'),
  depth: z.int().positive().max(10_000).default(40),
  width: z.int().positive().max(64).default(4),
  /** False removes the additions and the 1x1 shortcuts, and nothing else. */
  skip: z.boolean().default(true),
});

type WideResNetModel = z.infer<typeof schema>;

interface Block {
  readonly name: string;
  readonly filters: number;
  readonly stride: 1 | 2;
  readonly changesWidth: boolean;
  readonly skip: boolean;
}

/** Wide ResNet (Zagoruyko & Komodakis 2016) in FreezeOut's layer division: stem, every block, head. WRN-40 has 20 layers. */
export const wideResNet: NetworkKind<typeof schema> = {
  kind: 'wide-resnet',
  title: 'Wide ResNet',
  schema,
  fields: [
    {
      ...{ key: 'depth', label: 'Depth', hint: '6n + 4', placeholder: 'layers', type: 'number' },
      column: { title: 'depth', format: 'count' },
    },
    {
      ...{ key: 'width', label: 'Width', hint: '1 is a plain ResNet', placeholder: 'factor', type: 'number' },
      column: { title: 'width', format: 'number' },
    },
    {
      ...{ key: 'skip', label: 'Skip connections', hint: 'additions and 1x1 shortcuts', type: 'flag' },
      column: { title: 'skip', format: 'flag', aliases: ['skips'] },
    },
  ],
  sizeField: 'depth',
  denseStart: UNIFORM_START,
  family: ({ width }) => (width === 1 ? 'ResNet' : `Wide ResNet ${width}`),
  name: ({ depth, width, skip }) => {
    const name = width === 1 ? `ResNet ${depth}` : `Wide ResNet ${depth}-${width}`;
    return skip ? name : `${name}, no skips`;
  },
  hasSkips: ({ skip }) => skip,
  structure: ({ depth, width, skip }) =>
    `depth ${depth}, width factor ${width}, three groups of pre-activation blocks${skip ? '' : ', without the additions and the 1×1 shortcuts and otherwise the same'}. A layer that freezes as one unit is the stem, a block or the head.`,
  build: (model, input, classes) => {
    const { depth } = model;
    if (depth < 10 || (depth - 4) % 6 !== 0) {
      throw badRequest(`wide-resnet has no depth ${depth}: use 6n + 4, such as 10, 16, 28 or 40.`);
    }
    return {
      input,
      classes,
      keepsBits: true,
      layers: [stem(STEM_FILTERS), ...residualGroups(model), pooledHead(classes)],
    };
  },
};

const STEM_FILTERS = 16;

/** Three groups of as many blocks as the depth says; the second and the third halve the image. */
function residualGroups({ depth, width, skip }: WideResNetModel): readonly Layer[] {
  const blocksPerGroup = (depth - 4) / 6;
  const layers: Layer[] = [];
  let channels = STEM_FILTERS;
  for (const group of [1, 2, 3]) {
    const filters = 16 * width * 2 ** (group - 1);
    for (let index = 1; index <= blocksPerGroup; index++) {
      const stride = group > 1 && index === 1 ? 2 : 1;
      const changesWidth = channels !== filters;
      layers.push(residualBlock({ name: `group${group}.block${index}`, filters, stride, changesWidth, skip }));
      channels = filters;
    }
  }
  return layers;
}

/** BN-ReLU-conv-BN-ReLU-conv. Where the width changes, the 1x1 shortcut reads the activated input. */
function residualBlock({ name, filters, stride, changesWidth, skip }: Block): Layer {
  return {
    name,
    forward: (ops, input) => {
      const activated = ops.relu(ops.batchNorm(input, `${name}.bn1`));
      const first = ops.conv2d(activated, `${name}.conv1`, { filters, size: 3, stride });
      const between = ops.relu(ops.batchNorm(first, `${name}.bn2`));
      const second = ops.conv2d(between, `${name}.conv2`, { filters, size: 3, stride: 1 });
      if (!skip) return second;
      const shortcut = changesWidth ? ops.conv2d(activated, `${name}.shortcut`, { filters, size: 1, stride }) : input;
      return ops.add(shortcut, second);
    },
  };
}
