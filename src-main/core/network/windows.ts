import { badRequest } from '#core/errors.ts';
import type { Convolution, Window } from './kernels.ts';
import type { ImageShape } from './operations/operation.ts';

export function windowOf({ size, stride, padding = (size - 1) / 2 }: Convolution): Window {
  return { size, stride, padding };
}

/** The number of windows in a row of `side` pixels; pixels at the end that no whole window covers are not read. */
export function windowCount(side: number, { size, stride, padding }: Window): number {
  return Math.floor((side + 2 * padding - size) / stride) + 1;
}

/** The height and width of what the windows give. Throws a bad request where not one fits; `what` names the windows. */
export function slid({ height, width }: ImageShape, window: Window, what: string): Omit<ImageShape, 'channels'> {
  const least = window.size - 2 * window.padding;
  if (height < least || width < least) {
    throw badRequest(
      `The images are too small for this network: its ${what} need at least ${least}x${least} pixels; use larger images.`,
    );
  }
  return { height: windowCount(height, window), width: windowCount(width, window) };
}

/**
 * The share of each pixel of a row in each of `count` windows that cover it, as PyTorch's adaptive pooling cuts them: window i
 * begins at floor(i side / count) and ends before ceil((i + 1) side / count), so windows overlap where `count` does not
 * divide the side.
 */
export function windowShares(side: number, count: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, index) => {
    const begin = Math.floor((index * side) / count);
    const end = Math.ceil(((index + 1) * side) / count);
    return Array.from({ length: side }, (_, pixel) => (pixel >= begin && pixel < end ? 1 / (end - begin) : 0));
  });
}
