import type { Operation } from './operation.ts';

/** A dense layer. Reads `name.kernel`, [features, units], and `name.bias`, [units]. */
export function dense(name: string, units: number): Operation {
  const names = { kernel: `${name}.kernel`, bias: `${name}.bias` };
  return {
    hasVariables: true,
    shape: ([{ channels }]) => ({
      output: { height: 1, width: 1, channels: units },
      variables: [
        { name: names.kernel, kind: 'dense-kernel', shape: [channels, units] },
        { name: names.bias, kind: 'dense-bias', shape: [units] },
      ],
      macs: channels * units,
    }),
    evaluate: ([input], { kernels, variable }) =>
      kernels.addBias(kernels.matMul(input, variable(names.kernel)), variable(names.bias)),
    train: ([input], { kernels, variable }) => {
      const kernel = variable(names.kernel);
      const product = kernels.matMul(input, kernel);
      const output = kernels.addBias(product, variable(names.bias));
      kernels.release(product);
      return {
        output,
        backward: (gradient, pass) => {
          pass.give(names.kernel, kernels.matMul(input, gradient, { transposeLeft: true }));
          pass.give(names.bias, kernels.biasGradient(gradient));
          pass.passOn(input, () => kernels.matMul(gradient, kernel, { transposeRight: true }));
        },
      };
    },
  };
}
