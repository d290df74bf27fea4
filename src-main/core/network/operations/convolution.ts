import type { Convolution } from '#core/network/kernels.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { slid, windowOf } from '#core/network/windows.ts';
import type { Operation } from './operation.ts';

/**
 * A convolution. Reads `name.kernel`, [size, size, channels, filters], or [size, size, channels, 1] of a depthwise one, and
 * `name.bias`, [filters], where it has one.
 */
export function convolution(name: string, settings: Convolution): Operation {
  const names = { kernel: `${name}.kernel`, bias: `${name}.bias` };
  return {
    hasVariables: true,
    shape: ([input]) => {
      const output = { ...slid(input, windowOf(settings), 'convolutions'), channels: settings.filters };
      const variables = variablesOf(names, settings, input.channels);
      const [, , ...channels] = variables[0].shape;
      const products = channels.reduce((size, of) => size * of, settings.size ** 2);
      return { output, variables, macs: output.height * output.width * products };
    },
    evaluate: ([input], { kernels, variable }) => {
      const output = kernels.conv2d(input, variable(names.kernel), settings);
      return settings.bias ? kernels.addBias(output, variable(names.bias)) : output;
    },
    train: ([input], { kernels, variable }) => {
      const kernel = variable(names.kernel);
      const product = kernels.conv2d(input, kernel, settings);
      const output = settings.bias ? kernels.addBias(product, variable(names.bias)) : product;
      if (settings.bias) kernels.release(product);
      return {
        output,
        backward: (gradient, pass) => {
          const forward = { input, kernel, gradient };
          pass.give(names.kernel, kernels.conv2dKernelGradient(forward, settings));
          if (settings.bias) pass.give(names.bias, kernels.biasGradient(gradient));
          pass.passOn(input, () => kernels.conv2dInputGradient(forward, settings));
        },
      };
    },
  };
}

function variablesOf(
  names: { readonly kernel: string; readonly bias: string },
  { size, filters, depthwise, bias }: Convolution,
  channels: number,
): readonly VariableDescription[] {
  const kernel: VariableDescription = depthwise
    ? { name: names.kernel, kind: 'depthwise-kernel', shape: [size, size, channels, 1] }
    : { name: names.kernel, kind: 'conv-kernel', shape: [size, size, channels, filters] };
  return bias ? [kernel, { name: names.bias, kind: 'conv-bias', shape: [filters] }] : [kernel];
}
