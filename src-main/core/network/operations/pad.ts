import type { Operation } from './operation.ts';
import { plainOperation } from './operation.ts';

/** Adds zeros on all four sides of an image. */
export function pad(margin: number): Operation {
  return plainOperation({
    shape: ({ height, width, channels }) => ({ height: height + 2 * margin, width: width + 2 * margin, channels }),
    forward: (kernels, input) => kernels.pad(input, margin),
    inputGradient: (kernels, { gradient }) => kernels.padGradient(gradient, margin),
  });
}
