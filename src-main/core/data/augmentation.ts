import { type RandomStream, randomStream } from '../random.ts';
import type { SideLengths } from './report/dataset-report.ts';
import type { Box } from './resample.ts';

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

/** The least share of an image's area that a random resized crop takes, where a spec says none. */
export const LEAST_CROP_AREA = 0.08;

const CROP_TRIES = 10;
const [NARROWEST, WIDEST] = [3 / 4, 4 / 3];

/** A part of an image that is resized to what the network reads, and whether it is then flipped. */
export type ResizedCrop = { readonly box: Box; readonly flipped: boolean };

/**
 * A crop of a random share of the area (uniform) and a random width/height (uniform in its logarithm), at a random place, flipped
 * left to right in half of the cases: torchvision's `RandomResizedCrop` and `RandomHorizontalFlip`. The crop that is found first
 * in ten tries; if none fits into the image, the largest one of an allowed shape in its centre.
 */
export function drawResizedCrop(image: SideLengths, leastArea: number, draw: AugmentationDraw): ResizedCrop {
  const stream = randomStream(draw.seed, 'augment', draw.round, draw.image);
  let box: Box | null = null;
  for (let tried = 0; box === null && tried < CROP_TRIES; tried++) box = triedBox(image, leastArea, stream);
  return { box: box ?? centralBox(image), flipped: stream.nextUniform() < 0.5 };
}

/** Null where what was drawn does not fit into the image. */
function triedBox({ height, width }: SideLengths, leastArea: number, stream: RandomStream): Box | null {
  const area = height * width * (leastArea + (1 - leastArea) * stream.nextUniform());
  const [least, most] = [Math.log(NARROWEST), Math.log(WIDEST)];
  const ratio = Math.exp(least + (most - least) * stream.nextUniform());
  const sides = { height: Math.round(Math.sqrt(area / ratio)), width: Math.round(Math.sqrt(area * ratio)) };
  if (sides.width < 1 || sides.width > width || sides.height < 1 || sides.height > height) return null;
  const top = Math.floor(stream.nextUniform() * (height - sides.height + 1));
  return { ...sides, top, left: Math.floor(stream.nextUniform() * (width - sides.width + 1)) };
}

function centralBox(image: SideLengths): Box {
  const height = Math.min(image.height, Math.round(image.width / NARROWEST));
  const width = Math.min(image.width, Math.round(image.height * WIDEST));
  return { height, width, top: Math.floor((image.height - height) / 2), left: Math.floor((image.width - width) / 2) };
}
