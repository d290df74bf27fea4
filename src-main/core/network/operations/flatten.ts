import { plainOperation } from './operation.ts';

/** [batch, height, width, channels] -> [batch, height * width * channels], the channels of a pixel next to each other. */
export const flatten = plainOperation({
  shape: ({ height, width, channels }) => ({ height: 1, width: 1, channels: height * width * channels }),
  forward: (kernels, input) => kernels.flatten(input),
  inputGradient: (kernels, { input, gradient }) => kernels.flattenGradient(input, gradient),
});
