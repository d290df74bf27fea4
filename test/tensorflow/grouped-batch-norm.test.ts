import { afterAll, describe, expect, it } from 'vitest';
import { EagerBatchNorm } from '../../src-main/tensorflow/eager-batch-norm.ts';
import type { EagerTensor } from '../../src-main/tensorflow/eager-runtime.ts';
import { EagerRuntime } from '../../src-main/tensorflow/eager-runtime.ts';
import { GroupedBatchNorm, pixelGroup } from '../../src-main/tensorflow/grouped-batch-norm.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { referenceUniform } from '../support/reference.ts';

const runtime = new EagerRuntime(loadTensorFlow('cpu').binding);
const whole = new EagerBatchNorm(runtime);
const grouped = new GroupedBatchNorm(runtime);
afterAll(() => runtime.dispose());

/** Far from zero on average, so that a variance computed as a difference of large numbers would show. */
function values(stream: number, shape: readonly number[], center: number): EagerTensor {
  const size = shape.reduce((product, side) => product * side, 1);
  const array = Float32Array.from({ length: size }, (_, index) => center + referenceUniform(stream, index));
  return runtime.floats(array, shape);
}

function sample(channels: number) {
  const shape = [20, 32, 32, channels];
  return {
    input: values(1, shape, 3),
    gradient: values(2, shape, -0.5),
    variables: {
      gamma: values(3, [channels], 0.5),
      beta: values(4, [channels], 0),
      mean: values(5, [channels], -1),
      variance: values(6, [channels], 0.5),
    },
  };
}

function expectClose(actual: EagerTensor, expected: EagerTensor): void {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [runtime.read(actual), runtime.read(expected)];
  const scale = b.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const difference = a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index])), 0);
  expect(difference / scale).toBeLessThan(2e-5);
}

describe.each([20, 24, 36])('batch norm of %i channels, pixels side by side', (channels) => {
  const { input, gradient, variables } = sample(channels);

  it('is taken', () => expect(pixelGroup(input)).toBeGreaterThan(1));

  it('gives what the plain operation gives, in both modes', () => {
    const [a, b] = [grouped.training(input, variables), whole.training(input, variables)];
    expectClose(a.output, b.output);
    expectClose(a.mean, b.mean);
    expectClose(a.variance, b.variance);
    expectClose(grouped.inference(input, variables), whole.inference(input, variables));
  });

  it('gives the same gradients', () => {
    const pass = { input, gamma: variables.gamma, gradient };
    const expected = whole.gradient({ ...pass, saved: whole.training(input, variables).saved });
    const { saved } = grouped.training(input, variables);
    const actual = grouped.gradient({ ...pass, saved });
    expectClose(actual.input, expected.input);
    for (const parameters of [actual, grouped.parameterGradients({ ...pass, saved })]) {
      expectClose(parameters.gamma, expected.gamma);
      expectClose(parameters.beta, expected.beta);
    }
  });
});

it('leaves alone what is fast as it is, small, or cannot be grouped', () => {
  const shaped = (...shape: number[]) => pixelGroup({ id: 0, dtype: 1, shape });
  expect(shaped(50, 32, 32, 48)).toBe(1);
  expect(shaped(4, 8, 8, 12)).toBe(1);
  expect(shaped(50, 512)).toBe(1);
  expect(shaped(501, 7, 27, 12)).toBe(1);
});
