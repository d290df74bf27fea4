import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Convolution, Pooling } from '#core/network/kernels.ts';
import type { Layer, Network, Ops } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { ReferenceSummary } from '../support/reference.ts';
import { fillReferenceVariables, referenceBatch, summarize } from '../support/reference.ts';
import { SessionStep } from '../support/session-step.ts';

/** Single operations by PyTorch: test/fixtures/operations/write_operations.py. */

type Window = { readonly size: number; readonly stride: number; readonly padding: number };
type Described =
  | ({ readonly op: 'conv'; readonly depthwise: boolean; readonly bias: boolean } & Window)
  | ({ readonly op: 'maxPool' | 'averagePool' } & Window)
  | { readonly op: 'adaptiveAveragePool'; readonly side: number }
  | { readonly op: 'relu6' };

interface Case {
  readonly operation: Described;
  readonly side: readonly [height: number, width: number];
  /** Of the operation's output; of the gradients of all variables, in the order of the forward pass. */
  readonly output: ReferenceSummary;
  readonly loss: number;
  readonly gradients: readonly ReferenceSummary[];
}

/** Shares of the norm: float32 sums in another order, which the processor's instructions choose. */
const TOLERANCE = 2e-6;
/**
 * Of the plain sum. Rounding that all numbers share does not cancel in it: the gradients of the logits add up to 0 but for their
 * rounding, and each sum of the last layer's gradients has that times all activations.
 */
const SUM_TOLERANCE = 1e-5;
const [CLASSES, BATCH_SIZE, STEM_FILTERS, FILTERS, OUTPUT_STREAM] = [4, 3, 5, 6, 100];

const fixture = new URL('../fixtures/operations/operations.json', import.meta.url);
const cases = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Case[];
const kinds = new Set(cases.map(kindOf));

describe('an operation has the output and the gradients that PyTorch has', () => {
  it.each([...kinds])('%s', (kind) => {
    for (const one of cases) if (kindOf(one) === kind) expectReference(one);
  });
});

function kindOf({ operation }: Case): string {
  return operation.op === 'conv' && operation.depthwise ? 'depthwise conv' : operation.op;
}

function applied<T>(ops: Ops<T>, input: T, operation: Described): T {
  if (operation.op === 'relu6') return ops.relu6(input);
  if (operation.op === 'adaptiveAveragePool') return ops.adaptiveAveragePool(input, operation.side);
  const { op, ...settings } = operation;
  if (op === 'conv') return ops.conv2d(input, 'middle.conv', convolutionOf(operation));
  return ops[op](input, settings satisfies Pooling);
}

function convolutionOf({ size, stride, padding, depthwise, bias }: Described & { readonly op: 'conv' }): Convolution {
  return { filters: depthwise ? STEM_FILTERS : FILTERS, size, stride, padding, depthwise, bias };
}

function networkOf({ operation, side: [height, width] }: Case): Network {
  const layers: readonly Layer[] = [
    {
      name: 'stem',
      forward: (ops, x) => ops.conv2d(x, 'stem.conv', { filters: STEM_FILTERS, size: 3, stride: 1 }),
    },
    { name: 'middle', forward: (ops, x) => applied(ops, x, operation) },
    { name: 'head', forward: (ops, x) => ops.dense(ops.flatten(x), 'head.dense', CLASSES) },
  ];
  return { input: { height, width, channels: 3 }, classes: CLASSES, layers };
}

function expectReference(expected: Case): void {
  const network = networkOf(expected);
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  const values = fillReferenceVariables(variables);
  const weights = new Map(variables.map(({ name }, index) => [name, values[index]]));
  const [height, width] = expected.side;
  const input = [height, width, 3] as const;
  const step = new SessionStep({
    ...{ network, weights },
    ...referenceBatch(0, { batchSize: BATCH_SIZE, input, classes: CLASSES }),
  });
  const what = `${JSON.stringify(expected.operation)} of ${expected.side.join('x')}`;
  expectSummary(summarize(step.outputOf(2), OUTPUT_STREAM), expected.output, `${what}: output`);
  // With a frozen stem, nothing asks for the operation's input gradient.
  for (const frozenLayers of [0, 1]) {
    const { loss, gradients } = step.train(frozenLayers);
    expect(Math.abs(loss - expected.loss), `${what}: loss`).toBeLessThan(TOLERANCE * expected.loss);
    expect(gradients.size).toBe(variables.length - frozenLayers);
    for (const [name, gradient] of gradients) {
      const stream = variables.findIndex((variable) => variable.name === name);
      expectSummary(
        summarize(gradient, stream),
        expected.gradients[stream],
        `${what}: ${name}, ${frozenLayers} frozen`,
      );
    }
  }
  step.dispose();
}

function expectSummary(actual: ReferenceSummary, expected: ReferenceSummary, what: string): void {
  const norm = Math.sqrt(expected[1]);
  expect(Math.abs(actual[0] - expected[0]) / norm, `${what}: sum`).toBeLessThan(SUM_TOLERANCE);
  const distances = [(actual[1] - expected[1]) / expected[1], (actual[2] - expected[2]) / norm];
  expect(Math.max(...distances.map(Math.abs)), what).toBeLessThan(TOLERANCE);
}
