import { plainOperation } from './operation.ts';

/** [batch, height, width, channels] -> [batch, height * width * channels], the channels of a pixel next to each other. */
export const flatten = plainOperation({
  shape: ({ height, width, channels }) => ({ height: 1, width: 1, channels: height * width * channels }),
  forward: (kernels, input) => kernels.flatten(input),
  inputGradient: (kernels, { input, gradient }) => kernels.flattenGradient(input, gradient),
});

/** [batch, features] -> [batch, 1, 1, features]: a layer in front of the head gives an image. */
export const pixel = plainOperation({
  shape: (input) => input,
  forward: (kernels, input) => kernels.pixel(input),
  inputGradient: (kernels, { gradient }) => kernels.flatten(gradient),
});
