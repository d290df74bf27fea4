import type { ImageShape } from '#core/network/operations/operation.ts';
import { badRequest } from '../errors.ts';
import type { ImageSet } from './image-set.ts';
import type { InputSettings } from './input-settings.ts';
import { networkInput } from './network-input.ts';
import { pixelPieces } from './pixels.ts';

/** Mean and deviation per channel, of pixels in [0, 1]. */
export type Normalization = { readonly mean: readonly number[]; readonly std: readonly number[] };

/** What turns stored images into what the network reads. */
export interface NetworkReading {
  readonly statistics: Normalization;
  /** The shape that the network reads; default: images as they are stored. */
  readonly input?: ImageShape;
}

/** Mean and deviation of ImageNet's photographs, as torchvision's and most other weights expect them. */
const IMAGENET: Normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

const PIXEL_VALUES = 256;

/** Pixels (all channels each) that are counted at a time. */
const PIXELS_A_PIECE = 2 ** 18;

/** How often each pixel value occurs, [channels * 256]: exact, and all that mean and deviation need. */
function pixelHistogram({ pixels, channels }: ImageSet): Float64Array {
  const histogram = new Float64Array(channels * PIXEL_VALUES);
  for (const piece of pixelPieces(pixels, PIXELS_A_PIECE * channels)) {
    countPixels(piece, channels).forEach((count, value) => {
      histogram[value] += count;
    });
  }
  return histogram;
}

/** Counts in whole numbers: with doubles, images that are mostly one value take four times as long. */
function countPixels(piece: Uint8Array, channels: number): Uint32Array {
  const counts = new Uint32Array(channels * PIXEL_VALUES);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * PIXEL_VALUES;
    for (let index = channel; index < piece.length; index += channels) counts[start + piece[index]]++;
  }
  return counts;
}

/** mean = sum v n_v / n, variance = sum (v - mean)^2 n_v / n over the values v = 0 .. 255, both then scaled to [0, 1]. */
function channelMoments(counts: Float64Array, pixels: number): { mean: number; std: number } {
  const mean = counts.reduce((sum, count, value) => sum + value * count, 0) / pixels;
  const variance = counts.reduce((sum, count, value) => sum + (value - mean) ** 2 * count, 0) / pixels;
  return { mean: mean / 255, std: Math.sqrt(variance) / 255 };
}

/**
 * Mean and population standard deviation of each channel of the images that are trained on, in doubles.
 * A channel that never changes gets the deviation 1: its pixels become 0 instead of a division by zero.
 */
export function normalization(set: ImageSet): Normalization {
  if (set.count === 0) throw badRequest('The normalisation needs at least one training image.');
  const histogram = pixelHistogram(set);
  const pixels = set.count * set.height * set.width;
  const moments = Array.from({ length: set.channels }, (_, channel) =>
    channelMoments(histogram.subarray(channel * PIXEL_VALUES, (channel + 1) * PIXEL_VALUES), pixels),
  );
  return {
    mean: moments.map(({ mean }) => mean),
    std: moments.map(({ std }) => (std > 0 ? std : 1)),
  };
}

/** How a run's images become what its network reads. Throws a bad request where its settings do not fit the images. */
export function readingOf(settings: InputSettings, train: ImageSet): Required<NetworkReading> {
  const input = networkInput(settings, train);
  const { normalization: choice } = settings;
  if (choice !== undefined) return { input, statistics: choice === 'imagenet' ? IMAGENET : choice };
  const { mean, std } = normalization(train);
  const repeated = (values: readonly number[]) =>
    values.length === input.channels ? values : Array.from({ length: input.channels }, () => values[0]);
  return { input, statistics: { mean: repeated(mean), std: repeated(std) } };
}

/** The normalised value (v / 255 - mean) / std of every pixel value of every channel, [256, channels]. */
export function normalizedValues({ mean, std }: Normalization): Float32Array {
  const channels = mean.length;
  return Float32Array.from({ length: PIXEL_VALUES * channels }, (_, index) => {
    const channel = index % channels;
    return (Math.floor(index / channels) / 255 - mean[channel]) / std[channel];
  });
}
