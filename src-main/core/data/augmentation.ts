import { randomStream } from '../random.ts';

/** Black pixels on every side of an image before the crop. */
export const CROP_PADDING = 4;

/** Where the crop lies in the padded image (0 .. 2 * CROP_PADDING each way) and whether it is then flipped. */
export type CropFlip = { readonly top: number; readonly left: number; readonly flipped: boolean };

/** The crop that leaves the image as it is. */
export const unchanged: CropFlip = { top: CROP_PADDING, left: CROP_PADDING, flipped: false };

export type AugmentationDraw = {
  readonly seed: number;
  /** The epoch, or the number of the view where each image has a fixed number of views. */
  readonly round: number;
  /** The image's place in its set. */
  readonly image: number;
};

/** A random crop of the image padded with black, flipped left to right in half of the cases. */
export function drawCropFlip({ seed, round, image }: AugmentationDraw): CropFlip {
  const stream = randomStream(seed, 'augment', round, image);
  const offsets = 2 * CROP_PADDING + 1;
  const top = Math.floor(stream.nextUniform() * offsets);
  const left = Math.floor(stream.nextUniform() * offsets);
  return { top, left, flipped: stream.nextUniform() < 0.5 };
}
