import type { BatchNormPass, BatchNormVariables, Kernels, ParameterGradients } from '#core/network/kernels.ts';
import type { BackwardPass, Operation } from './operation.ts';

const PARTS = ['gamma', 'beta', 'mean', 'variance'] as const;

/**
 * Batch norm over all axes but the last, with epsilon 1e-5; the running statistics move by 0.1, with the unbiased
 * variance.
 */
export function batchNorm(name: string): Operation {
  return {
    hasVariables: true,
    shape: ([input]) => ({
      output: input,
      variables: PARTS.map((part) => ({ name: `${name}.${part}`, kind: `bn-${part}`, shape: [input.channels] })),
    }),
    evaluate: ([input], { kernels, variable }) => kernels.batchNormInference(input, batchNormVariables(name, variable)),
    train: ([input], { kernels, variable }) => {
      const variables = batchNormVariables(name, variable);
      const { output, mean, variance, saved } = kernels.batchNormTraining(input, variables);
      return {
        output,
        saved,
        statistics: new Map([
          [`${name}.mean`, mean],
          [`${name}.variance`, variance],
        ]),
        backward: (gradient, pass) => {
          const ofVariables = backward(kernels, { input, gamma: variables.gamma, saved, gradient }, pass);
          pass.give(`${name}.gamma`, ofVariables.gamma);
          pass.give(`${name}.beta`, ofVariables.beta);
        },
      };
    },
  };
}

/** Where the input's gradient is not needed, computing only those of the variables costs less. */
function backward<T>(kernels: Kernels<T>, forward: BatchNormPass<T>, pass: BackwardPass<T>): ParameterGradients<T> {
  if (!pass.needs(forward.input)) return kernels.batchNormParameterGradients(forward);
  const gradients = kernels.batchNormGradient(forward);
  pass.passOn(forward.input, () => gradients.input);
  return gradients;
}

export function batchNormVariables<T>(name: string, variable: (name: string) => T): BatchNormVariables<T> {
  return {
    gamma: variable(`${name}.gamma`),
    beta: variable(`${name}.beta`),
    mean: variable(`${name}.mean`),
    variance: variable(`${name}.variance`),
  };
}
