import { product } from '#core/network/shape-ops.ts';

/** The number of channels that oneDNN's batch norm processes at a time. */
const LANES = 16;
/** Below this number of elements the small operations of the detour cost more than it saves. */
const WORTHWHILE_ELEMENTS = 400_000;

/**
 * How many pixels to put side by side so that TensorFlow's batch norm is fast; 1 where it is fast anyway.
 *
 * Where the number of channels is not a multiple of 16, as nearly everywhere in a DenseNet of growth 12, the operation takes
 * up to six times as long on a CPU, and uses one thread only.
 */
export function pixelGroup(shape: readonly number[]): number {
  const channels = shape[shape.length - 1];
  const pixels = product(shape) / channels;
  if (shape.length < 4 || pixels * channels < WORTHWHILE_ELEMENTS) return 1;
  return [1, 2, 4, 8].find((group) => (group * channels) % LANES === 0 && pixels % group === 0) ?? 1;
}
