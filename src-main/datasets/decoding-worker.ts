import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { AppError, corrupt, messageOf } from '#core/errors.ts';
import { unreadable } from './data-file.ts';
import { type DecodedImage, decodeImage } from './decode-image.ts';
import type { DecodeRequest, DecodingReply, DecodingRequest, ImageShape } from './decoding-messages.ts';
import { cacheError } from './prepared.ts';

// Entry of the threads that decode images.

function decodeFile(path: string, size: number | null): DecodedImage {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  return decodeImage(path, bytes, size);
}

function examine(path: string, size: number | null): DecodingReply {
  const { pixels: _, ...shape } = decodeFile(path, size);
  return { type: 'examined', shape };
}

/** Writes the images one after the other, [height, width, channels] each. */
function decodeFiles({ files, size, shape, output, first }: DecodeRequest): DecodingReply {
  const { height, width, channels } = shape;
  const descriptor = openSync(output, 'r+');
  try {
    for (const [index, path] of files.entries()) {
      const image = decodeFile(path, size);
      if (image.height !== height || image.width !== width) throw otherSize(path, image, shape);
      if (image.channels > channels) return { type: 'decoded', isColour: true };
      const pixels = image.channels < channels ? threefold(image.pixels) : image.pixels;
      write(descriptor, pixels, (first + index) * pixels.length);
    }
  } finally {
    closeSync(descriptor);
  }
  return { type: 'decoded', isColour: false };
}

function otherSize(path: string, image: DecodedImage, first: ImageShape): AppError {
  return corrupt(
    path,
    `is ${image.height}x${image.width}, but the first image is ${first.height}x${first.width}: give a "size" to which all are resized and cropped`,
  );
}

function write(descriptor: number, pixels: Uint8Array, position: number): void {
  try {
    let written = 0;
    // A disk that becomes full takes a part, and fails at the next call.
    while (written < pixels.length) {
      written += writeSync(descriptor, pixels, written, pixels.length - written, position + written);
    }
  } catch (error) {
    throw cacheError(error);
  }
}

/** Grey as RGB. */
function threefold(pixels: Uint8Array): Uint8Array {
  const colours = new Uint8Array(3 * pixels.length);
  for (let index = 0; index < colours.length; index++) colours[index] = pixels[Math.floor(index / 3)];
  return colours;
}

function answer(request: DecodingRequest): DecodingReply {
  switch (request.type) {
    case 'examine':
      return examine(request.file, request.size);
    case 'decode':
      return decodeFiles(request);
  }
}

parentPort?.on('message', (request: DecodingRequest) => {
  let reply: DecodingReply;
  try {
    reply = answer(request);
  } catch (error) {
    reply = { type: 'failed', code: error instanceof AppError ? error.code : 'internal', message: messageOf(error) };
  }
  parentPort?.postMessage(reply);
});
