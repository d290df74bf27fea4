import type { ImageSet } from '#core/data/image-set.ts';

/** All pixels of a set, [count, height, width, channels]. */
export function bytesOf({ pixels }: ImageSet): Uint8Array {
  return pixels.read(0, pixels.byteLength);
}
