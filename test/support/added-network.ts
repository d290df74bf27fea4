import { z } from 'zod';
import { pooledHead, stem } from '#core/network/ends.ts';
import type { NetworkKind } from '#core/network/network-kind.ts';
import { UNIFORM_START } from '#core/network/network-kind.ts';
import { plainOperation } from '#core/network/operations/operation.ts';
import type { Layer } from '#core/network/ops.ts';

/** An operation that only tests know, as a file of the program would say it: the gradient of x^2 is 2x. */
const square = plainOperation({
  shape: (input) => input,
  forward: (kernels, input) => kernels.multiply(input, input),
  inputGradient: (kernels, { input, gradient }) => {
    const half = kernels.multiply(input, gradient);
    return kernels.add(half, half);
  },
});

const schema = z.strictObject({
  kind: z.literal('tower'),
  floors: z.int().min(1).max(9).default(2),
  squares: z.boolean().default(true),
});

/** A network that only tests know, as a module of the program would say it. */
export const tower: NetworkKind<typeof schema> = {
  kind: 'tower',
  title: 'Tower',
  schema,
  fields: [
    {
      ...{ key: 'floors', label: 'Floors', hint: 'one to nine', placeholder: 'count', type: 'number' },
      column: { title: 'floors', format: 'count', aliases: ['storeys'] },
    },
    { key: 'squares', label: 'Squares', hint: 'of what each floor gives', type: 'flag' },
  ],
  sizeField: 'floors',
  denseStart: UNIFORM_START,
  family: () => 'Tower',
  name: ({ floors }) => `Tower of ${floors}`,
  hasSkips: () => false,
  structure: ({ floors }) => `${floors} floors. A layer that freezes as one unit is a floor.`,
  build: ({ floors, squares }, input, classes) => {
    const layers = Array.from({ length: floors }, (_, index) => floor(`floor${index + 1}`, squares));
    return { input, classes, layers: [stem(4), ...layers, pooledHead(classes)] };
  },
};

function floor(name: string, squares: boolean): Layer {
  return {
    name,
    forward: (ops, input) => {
      const normalized = ops.batchNorm(
        ops.conv2d(input, `${name}.conv`, { filters: 4, size: 3, stride: 1 }),
        `${name}.bn`,
      );
      return squares ? ops.apply(square, normalized) : ops.relu(normalized);
    },
  };
}
