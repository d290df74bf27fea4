import { badRequest } from '#core/errors.ts';
import type { ImageShape } from './operations/operation.ts';

/** Throws a bad request, naming the kind of network, where an image is lower or narrower than `side`. */
export function checkLeastSide(kind: string, { height, width }: ImageShape, side: number): void {
  if (Math.min(height, width) >= side) return;
  throw badRequest(
    `${kind} reads images of at least ${side}x${side} pixels, not ${height}x${width}: use larger images, or enlarge them by the input's size.`,
  );
}
