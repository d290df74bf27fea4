import type { ImageShape } from '#core/network/operations/operation.ts';
import { badRequest } from '../errors.ts';
import { sizeBeforeCrop } from './centered-view.ts';
import type { InputSettings } from './input-settings.ts';

/**
 * The shape of what the network reads, for stored images of this shape: a network is built for it wherever one is built. Throws
 * a bad request where the settings do not fit the images or each other.
 */
export function networkInput(settings: InputSettings, stored: ImageShape): ImageShape {
  const { size } = settings.input ?? {};
  const channels = inputChannels(settings, stored);
  checkCropScale(settings);
  checkNormalization(settings, channels);
  if (size !== undefined) checkResized(size, stored);
  return { height: size ?? stored.height, width: size ?? stored.width, channels };
}

/** Of an image that is resized before its centre is cropped: sixteen times as long as it is wide at the largest size. */
const MOST_PIXELS = 2 ** 24;

function checkResized(size: number, stored: ImageShape): void {
  const { height, width } = sizeBeforeCrop(stored, { height: size, width: size });
  if (height * width <= MOST_PIXELS) return;
  const [has, resized] = [stored, { height, width }].map((image) => `${image.width} x ${image.height}`);
  throw badRequest(
    `"input.size" is ${size}, but the images have ${has} pixels: the network would read the centre of ${resized}; leave "size" out, or cut the images so that they are less narrow.`,
  );
}

function inputChannels({ input }: InputSettings, stored: ImageShape): number {
  const channels = input?.channels ?? stored.channels;
  if (channels === stored.channels || stored.channels === 1) return channels;
  throw badRequest(
    `"input.channels" is ${channels}, but the images have ${stored.channels} channels: only grey images can be repeated into 3; leave it out.`,
  );
}

function checkCropScale({ augment, cropScale }: InputSettings): void {
  if (cropScale === undefined || augment === 'random-resized-crop') return;
  throw badRequest(
    '"cropScale" is the least area of a random resized crop: leave it out, or set "augment" to "random-resized-crop".',
  );
}

function checkNormalization({ normalization }: InputSettings, channels: number): void {
  if (normalization === undefined) return;
  const isGrey = channels === 1;
  if (normalization === 'imagenet') {
    if (channels === 3) return;
    const remedy = isGrey ? 'set "input": {"channels": 3}, or leave "normalization" out' : 'leave it out';
    throw badRequest(
      `"normalization" is "imagenet", which is for 3 channels, but the network reads ${channels}: ${remedy}.`,
    );
  }
  const { mean, std } = normalization;
  if (mean.length === channels && std.length === channels) return;
  const found = `${mean.length} for the mean and ${std.length} for the deviation`;
  throw badRequest(
    `"normalization" needs as many numbers as the network reads channels, ${channels}, but has ${found}.`,
  );
}
