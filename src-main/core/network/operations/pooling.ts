import type { Pooling } from '#core/network/kernels.ts';
import { slid } from '#core/network/windows.ts';
import type { ImageShape, Operation } from './operation.ts';
import { plainOperation } from './operation.ts';

export function maxPool(pooling: Pooling): Operation {
  return plainOperation({
    shape: (input) => pooled(input, pooling),
    forward: (kernels, input) => kernels.maxPool(input, pooling),
    inputGradient: (kernels, pass) => kernels.maxPoolGradient(pass, pooling),
  });
}

export function averagePool(pooling: Pooling): Operation {
  return plainOperation({
    shape: (input) => pooled(input, pooling),
    forward: (kernels, input) => kernels.averagePool(input, pooling),
    inputGradient: (kernels, { input, gradient }) => kernels.averagePoolGradient(input, gradient, pooling),
  });
}

/** Gives an image of side x side pixels, whatever the size of its input. */
export function adaptiveAveragePool(side: number): Operation {
  return plainOperation({
    shape: ({ channels }) => ({ height: side, width: side, channels }),
    forward: (kernels, input) => kernels.adaptiveAveragePool(input, side),
    inputGradient: (kernels, { input, gradient }) => kernels.adaptiveAveragePoolGradient(input, gradient),
  });
}

/** [batch, height, width, channels] -> [batch, channels]. */
export const globalMean = plainOperation({
  shape: ({ channels }) => ({ height: 1, width: 1, channels }),
  forward: (kernels, input) => kernels.globalMean(input),
  inputGradient: (kernels, { input, gradient }) => kernels.globalMeanGradient(input, gradient),
});

function pooled(input: ImageShape, pooling: Pooling): ImageShape {
  return { ...slid(input, pooling, 'poolings'), channels: input.channels };
}
