import { badRequest } from '#core/errors.ts';
import type { ImageShape } from './operation.ts';
import { plainOperation } from './operation.ts';

/** 2x2 windows, stride 2. */
export const maxPool = plainOperation({
  shape: halved,
  forward: (kernels, input) => kernels.maxPool(input),
  inputGradient: (kernels, pass) => kernels.maxPoolGradient(pass),
});

/** 2x2 windows, stride 2. */
export const averagePool = plainOperation({
  shape: halved,
  forward: (kernels, input) => kernels.averagePool(input),
  inputGradient: (kernels, { input, gradient }) => kernels.averagePoolGradient(input, gradient),
});

/** [batch, height, width, channels] -> [batch, channels]. */
export const globalMean = plainOperation({
  shape: ({ channels }) => ({ height: 1, width: 1, channels }),
  forward: (kernels, input) => kernels.globalMean(input),
  inputGradient: (kernels, { input, gradient }) => kernels.globalMeanGradient(input, gradient),
});

function halved({ height, width, channels }: ImageShape): ImageShape {
  if (height < 2 || width < 2) {
    throw badRequest(
      'The images are too small for this network: its poolings need at least 2x2 pixels; use larger images.',
    );
  }
  return { height: Math.floor(height / 2), width: Math.floor(width / 2), channels };
}
