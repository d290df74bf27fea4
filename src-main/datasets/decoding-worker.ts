import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type AppError, corrupt } from '#core/errors.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { unreadable } from './data-file.ts';
import { type DecodedImage, decodeImage } from './decode-image.ts';
import { cacheError } from './prepared.ts';

// Entry of the threads that decode images.

/** What an image is, without its pixels. */
export type DecodedShape = Omit<DecodedImage, 'pixels'>;

export interface DecodeRequest {
  readonly files: readonly string[];
  /** Side of the square that every image becomes; null where all images already have `shape`. */
  readonly size: number | null;
  readonly shape: DecodedShape;
  /** The file that the pixels are written to, and the place of the first image in it. */
  readonly output: string;
  readonly first: number;
}

function decodeFile(path: string, size: number | null): DecodedImage {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  return decodeImage(path, bytes, size);
}

/** The shape of a file's image, after resizing where a size is given. */
function examine(path: string, size: number | null): DecodedShape {
  const { pixels: _, ...shape } = decodeFile(path, size);
  return shape;
}

/**
 * Writes the images one after the other, [height, width, channels] each. False where an image has colour although
 * `shape` is grey: nothing is written from there on.
 */
function decode({ files, size, shape, output, first }: DecodeRequest): boolean {
  const { height, width, channels } = shape;
  const descriptor = openSync(output, 'r+');
  try {
    for (const [index, path] of files.entries()) {
      const image = decodeFile(path, size);
      if (image.height !== height || image.width !== width) throw otherSize(path, image, shape);
      if (image.channels > channels) return false;
      const pixels = image.channels < channels ? threefold(image.pixels) : image.pixels;
      write(descriptor, pixels, (first + index) * pixels.length);
    }
  } finally {
    closeSync(descriptor);
  }
  return true;
}

function otherSize(path: string, image: DecodedImage, first: DecodedShape): AppError {
  return corrupt(
    path,
    `is ${image.height}x${image.width}, but the first image is ${first.height}x${first.width}: give a "size" to which all are resized and cropped`,
  );
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

/** Grey pixels as RGB. */
function threefold(pixels: Uint8Array): Uint8Array {
  const colours = new Uint8Array(3 * pixels.length);
  for (let index = 0; index < colours.length; index++) colours[index] = pixels[Math.floor(index / 3)];
  return colours;
}

const functions = { examine, decode };

/** The functions of the thread. */
export type DecodingFunctions = typeof functions;

serveThread(serveMethodsOf(functions));
