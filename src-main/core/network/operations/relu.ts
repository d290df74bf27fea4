import { plainOperation } from './operation.ts';

export const relu = plainOperation({
  shape: (input) => input,
  forward: (kernels, input) => kernels.relu(input),
  inputGradient: (kernels, { output, gradient }) => kernels.reluGradient(output, gradient),
});
