import type { Operation } from './operation.ts';

/** Concatenates along the channels. */
export const concat: Operation = {
  hasVariables: false,
  shape: ([first, second]) => ({ output: { ...first, channels: first.channels + second.channels } }),
  evaluate: ([first, second], { kernels }) => kernels.concat(first, second),
  train: ([first, second], { kernels }) => ({
    output: kernels.concat(first, second),
    backward: (gradient, pass) => {
      pass.passOn(first, () => kernels.leadingChannels(gradient, first));
      pass.passOn(second, () => kernels.trailingChannels(gradient, second));
    },
  }),
};

export const add: Operation = {
  hasVariables: false,
  shape: ([first]) => ({ output: first }),
  evaluate: ([first, second], { kernels }) => kernels.add(first, second),
  train: ([first, second], { kernels }) => ({
    output: kernels.add(first, second),
    backward: (gradient, pass) => {
      pass.passOn(first, () => gradient);
      pass.passOn(second, () => gradient);
    },
  }),
};
