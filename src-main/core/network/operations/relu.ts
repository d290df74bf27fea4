import { plainOperation } from './operation.ts';

export const relu = plainOperation({
  shape: (input) => input,
  forward: (kernels, input) => kernels.relu(input),
  inputGradient: (kernels, { output, gradient }) => kernels.reluGradient(output, gradient),
});

/** ReLU with 6 as the largest value. */
export const relu6 = plainOperation({
  shape: (input) => input,
  forward: (kernels, input) => kernels.relu6(input),
  inputGradient: (kernels, { output, gradient }) => kernels.relu6Gradient(output, gradient),
});
