import type { Convolution } from '#core/network/kernels.ts';
import type { Operation } from './operation.ts';

/** A convolution without a bias. Reads `name.kernel`, [size, size, channels, filters]. */
export function convolution(name: string, settings: Convolution): Operation {
  const { filters, size, stride } = settings;
  return {
    hasVariables: true,
    shape: ([{ height, width, channels }]) => {
      const output = { height: Math.ceil(height / stride), width: Math.ceil(width / stride), channels: filters };
      return {
        output,
        variables: [{ name: `${name}.kernel`, kind: 'conv-kernel', shape: [size, size, channels, filters] }],
        macs: output.height * output.width * size * size * channels * filters,
      };
    },
    evaluate: ([input], { kernels, variable }) => kernels.conv2d(input, variable(`${name}.kernel`), settings),
    train: ([input], { kernels, variable }) => {
      const kernel = variable(`${name}.kernel`);
      return {
        output: kernels.conv2d(input, kernel, settings),
        backward: (gradient, pass) => {
          const forward = { input, kernel, gradient };
          pass.give(`${name}.kernel`, kernels.conv2dKernelGradient(forward, settings));
          pass.passOn(input, () => kernels.conv2dInputGradient(forward, settings));
        },
      };
    },
  };
}
