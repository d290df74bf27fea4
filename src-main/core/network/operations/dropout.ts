import type { Operation } from './operation.ts';

/** Inverted dropout, only while the layer trains. `name` keys the random draws; there are no variables. */
export function dropout(name: string, rate: number): Operation {
  return {
    hasVariables: false,
    shape: ([input]) => ({ output: input }),
    evaluate: ([input]) => input,
    train: ([input], { kernels, dropoutKey }) => {
      if (rate === 0) return { output: input };
      const mask = kernels.dropoutMask(input, rate, dropoutKey(name));
      return {
        output: kernels.multiply(input, mask),
        saved: [mask],
        backward: (gradient, pass) => pass.passOn(input, () => kernels.multiply(gradient, mask)),
      };
    },
  };
}
