import { badRequest, corrupt } from '../../errors.ts';
import type { PixelSource } from '../data-files.ts';
import { checkImageCount } from '../image-memory.ts';
import type { ImageSet } from '../image-set.ts';
import { channelsLastPixels } from '../transposed-pixels.ts';
import { checkImageSize } from '../unpacking.ts';
import type { NpyArray } from './npy-arrays.ts';
import { typeKind, type ValueRange, valueRange } from './npy-values.ts';

/** Images of an .npz file, their pixels in our order. */
export interface NpzImages extends Pick<ImageSet, 'count' | 'height' | 'width' | 'channels'> {
  readonly pixels: PixelSource;
}

/**
 * Images of bytes: count x height x width, with 1 or 3 channels behind them or, where only that can be meant, in front. Throws what
 * to save instead for others; for a wrong type all values are read, so that the advice fits them.
 */
export async function npzImages(array: NpyArray): Promise<NpzImages> {
  const { path, type, shape, isFortranOrder } = array;
  if (type !== '|u1') throw await wrongType(array);
  if (isFortranOrder && shape.length > 1) {
    throw corrupt(path, "is in Fortran's order: save np.ascontiguousarray(array) instead");
  }
  const [count] = shape;
  const layout = shape.every((size) => size > 0) ? layoutOf(shape) : null;
  if (layout !== null) {
    const { areChannelsFirst, ...size } = layout;
    checkImageSize(path, size.height * size.width * size.channels, shape.slice(1));
    checkImageCount(count);
    return { count, ...size, pixels: areChannelsFirst ? channelsLastPixels(array, size) : array };
  }
  const advice = shapeAdvice(shape);
  throw badRequest(
    `${path} has the shape ${shape.join(' x ')}: images are count x height x width, or that x 1 or 3 channels${advice === null ? '' : `; ${advice}`}.`,
  );
}

interface Layout extends Pick<ImageSet, 'height' | 'width' | 'channels'> {
  readonly areChannelsFirst: boolean;
}

/** What the sizes behind the count can only mean; null where they mean nothing that we read. */
function layoutOf([, ...sides]: readonly number[]): Layout | null {
  const [first, second, third] = sides;
  if (sides.length === 2) return { height: first, width: second, channels: 1, areChannelsFirst: false };
  if (sides.length !== 3) return null;
  if (isChannels(third)) return { height: first, width: second, channels: third, areChannelsFirst: false };
  return isChannels(first) ? { height: second, width: third, channels: first, areChannelsFirst: first > 1 } : null;
}

function isChannels(size: number): boolean {
  return size === 1 || size === 3;
}

/** How images of another shape are brought into ours; null where nothing can be said. */
function shapeAdvice(shape: readonly number[]): string | null {
  if (shape.some((size) => size === 0)) return 'it holds none';
  if (shape.length === 2) return flatAdvice(shape[1]);
  if (shape.length === 4) return channelAdvice(shape);
  if (shape.length === 1) return 'save one array of images of the same size, by np.stack(x)';
  return shape.length > 4 ? 'videos and volumes are not read' : null;
}

function flatAdvice(values: number): string | null {
  const [grey, colour] = [Math.sqrt(values), Math.sqrt(values / 3)];
  if (Number.isInteger(grey)) return `save x.reshape(-1, ${grey}, ${grey})`;
  if (!Number.isInteger(colour)) return 'save x.reshape(-1, height, width)';
  const planes = `x.reshape(-1, 3, ${colour}, ${colour}) if the colours are planes one after the other, as in CIFAR`;
  return `save ${planes}, or x.reshape(-1, ${colour}, ${colour}, 3)`;
}

function channelAdvice([, second, third, fourth]: readonly number[]): string | null {
  if (fourth === 4) return 'save x[..., :3], which drops the transparency';
  if (second === 4) return 'save x[:, :3], which drops the transparency';
  if (fourth === 2) return 'save x[..., 0], which drops the transparency';
  if (isChannels(third)) return 'save x.transpose(3, 0, 1, 2) if the last number is the count';
  return null;
}

/** Advice should come within seconds. MNIST in single precision has 188 MB. */
const MOST_READ_FOR_ADVICE = 2 ** 28;

async function wrongType(array: NpyArray): Promise<Error> {
  const { path, type } = array;
  const problem = `${path} has values of type ${type}, but pixels are bytes from 0 to 255 (uint8)`;
  if (array.byteLength > MOST_READ_FOR_ADVICE)
    return badRequest(`${problem}: bring them there, then save them as uint8.`);
  const range = await valueRange(array);
  return badRequest(`${problem}: ${range === null ? otherAdvice(type) : rangeAdvice(type, range)}.`);
}

function otherAdvice(type: string): string {
  if (typeKind(type) === 'O') {
    return 'these are Python objects, perhaps images of several sizes; save np.stack(list(x)), after resizing them to one size';
  }
  if (typeKind(type) === 'c')
    return 'these are complex numbers; save what can be seen of them, such as np.abs(x), as uint8';
  return 'save them as numbers from 0 to 255, by x.astype(np.uint8)';
}

/** The range of whole numbers that a camera or a file of so many bits has. */
const FULL_SCALES = [1023, 4095, 16_383, 65_535];
const CAST = '.round().astype(np.uint8)';

/** How to save these values as bytes so that none of them wraps around. */
function rangeAdvice(type: string, range: ValueRange): string {
  const { least, greatest } = range;
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) {
    return 'some are infinite or not a number; replace these, then bring the others to 0 to 255';
  }
  if (typeKind(type) === 'b') return 'these are truth values; save x.astype(np.uint8) * 255';
  const conversion = (typeKind(type) === 'f' ? floatConversion(range) : wholeConversion(range)) ?? stretch(range);
  return `these go from ${numberText(least)} to ${numberText(greatest)}${conversion}`;
}

/** Above this, floats are taken for values from 0 to 255 that are not rounded; below, they may be on any scale. */
const SURELY_BYTES = 127;

function floatConversion({ least, greatest, areWhole }: ValueRange): string | null {
  if (least >= 0 && greatest <= 1) return `; save (x * 255)${CAST}, where 1 is white`;
  if (least >= -1 && greatest <= 1) return `; save ((x + 1) * 127.5)${CAST}, where -1 is black and 1 is white`;
  const areBytes = least >= 0 && greatest <= 255 && (areWhole || greatest > SURELY_BYTES);
  return areBytes ? `; save x${CAST}` : null;
}

function wholeConversion({ least, greatest }: ValueRange): string | null {
  if (least >= 0 && greatest <= 255) return '; save x.astype(np.uint8), which keeps them all';
  if (least >= -128 && greatest <= 127) {
    return '; save (x.astype(np.int16) + 128).astype(np.uint8), where -128 is black and 127 is white';
  }
  const scale = least >= 0 ? FULL_SCALES.find((largest) => greatest <= largest) : undefined;
  if (scale === undefined) return null;
  const divided = scale === 65_535 ? '(x / 257)' : `(x * (255 / ${scale}))`;
  return `, and astype(np.uint8) alone would keep the last 8 bits of each; save ${divided}${CAST}, where ${scale} is white`;
}

function stretch({ least, greatest }: ValueRange): string {
  const limits = `the same low and high for all arrays, such as ${numberText(least)} and ${numberText(greatest)}`;
  return `; save ((x.astype(np.float64) - low).clip(0, high - low) * (255 / (high - low)))${CAST}, with ${limits}`;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
