import { closeSync, openSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { SideLengths } from '#core/data/report/dataset-report.ts';
import type { StoredImages } from '#core/data/stored-images.ts';
import { AppError } from '#core/errors.ts';
import type { Adaptation } from '#core/prediction.ts';
import { IMAGE_LIMIT } from '../files/limits.ts';
import { readOrdinarySync } from '../files/ordinary-file.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { freeUnused } from '../threads/garbage.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { Turn } from '../threads/turn.ts';
import { type DecodedImage, decodeFound, type FoundImage, findImage } from './decode-image.ts';
import { cacheError } from './prepared.ts';

// Entry of the threads that decode images.

/** What an image is when it is trained on, without its pixels. */
export type DecodedShape = Pick<DecodedImage, 'height' | 'width' | 'channels'>;

export interface DecodeRequest {
  readonly files: readonly string[];
  /** Side of the square that every image becomes; null where all images already have `shape`. */
  readonly size: number | null;
  readonly shape: DecodedShape;
  /** The file that the pixels are written to, and the place of the first image in it. */
  readonly output: string;
  readonly first: number;
}

/** What the files of a request hold. Images that are damaged, or of another size, are not written. */
export interface DecodedFiles {
  /** False where an image has colour although `shape` is grey: then nothing is right from there on. */
  readonly fits: boolean;
  readonly damaged: readonly UnreadFile[];
  /** Of the images that can be read, before they are resized. */
  readonly sizes: readonly (SideLengths & { readonly path: string })[];
  readonly grey: number;
}

/** An image file that cannot be read, and the sentence that says why. */
export interface UnreadFile {
  readonly path: string;
  readonly message: string;
}

/** So many pixels are decoded before the decoder's memory is freed: one large image, or thousands of small ones. */
const PIXELS_BETWEEN = 2 ** 22;
let pixelsSince = 0;

/** Images that take more than this are decoded one after the other, whichever thread reads them. */
const LARGE_BYTES = 32e6;
const turn = new Turn(workerData);

async function decodeFile(path: string, size: number | null): Promise<DecodedImage | UnreadFile> {
  try {
    const found = findImage(path, readOrdinarySync(path, IMAGE_LIMIT), size);
    return found.memory > LARGE_BYTES ? await decodeLarge(found, size) : await decodeSmall(found, size);
  } catch (error) {
    if (error instanceof AppError) return { path, message: error.message };
    throw error;
  }
}

async function decodeSmall(found: FoundImage, size: number | null): Promise<DecodedImage> {
  if (pixelsSince > PIXELS_BETWEEN) await freeDecoder();
  const image = decodeFound(found, size);
  pixelsSince += image.original.height * image.original.width;
  return image;
}

async function decodeLarge(found: FoundImage, size: number | null): Promise<DecodedImage> {
  if (pixelsSince > 0) await freeDecoder();
  return turn.take(async () => {
    try {
      return decodeFound(found, size);
    } finally {
      await freeDecoder();
    }
  });
}

async function freeDecoder(): Promise<void> {
  pixelsSince = 0;
  await freeUnused();
}

/** The shape of a file's image, after resizing where a size is given; null where it cannot be read. */
async function examine(path: string, size: number | null): Promise<DecodedShape | null> {
  const image = await decodeFile(path, size);
  return 'message' in image ? null : { height: image.height, width: image.width, channels: image.channels };
}

/** Writes the images one after the other, [height, width, channels] each. */
async function decode({ files, size, shape, output, first }: DecodeRequest): Promise<DecodedFiles> {
  const { channels } = shape;
  const damaged: UnreadFile[] = [];
  const sizes: (SideLengths & { readonly path: string })[] = [];
  let grey = 0;
  const descriptor = openSync(output, 'r+');
  try {
    for (const [index, path] of files.entries()) {
      const image = await decodeFile(path, size);
      if ('message' in image) {
        damaged.push(image);
        continue;
      }
      if (image.channels > channels) return { fits: false, damaged, sizes, grey };
      sizes.push({ ...image.original, path });
      grey += image.channels === 1 ? 1 : 0;
      if (!isOfSize(image, shape)) continue;
      const pixels = image.channels < channels ? threefold(image.pixels) : image.pixels;
      write(descriptor, pixels, (first + index) * pixels.length);
    }
  } finally {
    closeSync(descriptor);
  }
  return { fits: true, damaged, sizes, grey };
}

function write(descriptor: number, pixels: Uint8Array, position: number): void {
  try {
    let written = 0;
    // A disk that becomes full writes a part, and fails at the next call.
    while (written < pixels.length) {
      written += writeSync(descriptor, pixels, written, pixels.length - written, position + written);
    }
  } catch (error) {
    throw cacheError(error);
  }
}

/** An image as others of its data set are stored; without pixels where it cannot be. */
export interface ReadImage {
  readonly pixels: Uint8Array | null;
  /** The sentence that says why there are none. */
  readonly message: string | null;
  readonly adapted: readonly Adaptation[];
}

export interface ReadRequest {
  readonly files: readonly string[];
  readonly stored: StoredImages;
}

/** Reads files as images of a data set are read. Where nothing says how, other sizes are resized, and colours made grey. */
async function read({ files, stored }: ReadRequest): Promise<readonly ReadImage[]> {
  const size = stored.size ?? (stored.height === stored.width ? stored.height : null);
  const images: ReadImage[] = [];
  for (const path of files) images.push(readImage(path, await decodeFile(path, size), stored));
  return images;
}

function readImage(path: string, image: DecodedImage | UnreadFile, stored: StoredImages): ReadImage {
  if ('message' in image) return { pixels: null, message: image.message, adapted: [] };
  if (!isOfSize(image, stored)) return { pixels: null, message: otherSize(path, image, stored), adapted: [] };
  const isOther = stored.size === null && !isOfSize(image.original, stored);
  const isColour = image.channels > stored.channels;
  return {
    pixels: inChannels(image, stored.channels),
    message: null,
    adapted: [...(isOther ? (['resized'] as const) : []), ...(isColour ? (['made grey'] as const) : [])],
  };
}

function isOfSize(image: SideLengths, { height, width }: SideLengths): boolean {
  return image.height === height && image.width === width;
}

function otherSize(path: string, { height, width }: DecodedImage, stored: StoredImages): string {
  return `${path} is ${width} x ${height} pixels, but the images of the run are ${stored.width} x ${stored.height}.`;
}

function inChannels({ pixels, channels }: DecodedImage, wanted: number): Uint8Array {
  if (channels === wanted) return pixels;
  return channels < wanted ? threefold(pixels) : greyOf(pixels);
}

/** The luminance of ITU-R 601-2 in 16 bits, as Pillow's `convert("L")` rounds it; equal red, green and blue stay as they are. */
function greyOf(colours: Uint8Array): Uint8Array {
  const grey = new Uint8Array(colours.length / 3);
  for (let index = 0, red = 0; index < grey.length; index++, red += 3) {
    grey[index] = (colours[red] * 19_595 + colours[red + 1] * 38_470 + colours[red + 2] * 7471 + 0x8000) >> 16;
  }
  return grey;
}

/** Grey pixels as RGB. */
function threefold(pixels: Uint8Array): Uint8Array {
  const colours = new Uint8Array(3 * pixels.length);
  for (let index = 0; index < colours.length; index++) colours[index] = pixels[Math.floor(index / 3)];
  return colours;
}

const functions = { examine, decode, read };

/** The functions of the thread. */
export type DecodingFunctions = typeof functions;

serveThread(serveMethodsOf(functions));
