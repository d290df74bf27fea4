import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { AppError, messageOf } from '#core/errors.ts';
import { corrupt, unreadable } from './data-file.ts';
import { type DecodedImage, decodeImage } from './decode-image.ts';
import type { ImageReply, ImageRequest } from './image-messages.ts';
import { listImageTree } from './image-tree.ts';

// Entry of the threads that list and decode folders of images.

type DecodeRequest = Extract<ImageRequest, { type: 'decode' }>;

function decodeFile(path: string, size: number | null): DecodedImage {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  return decodeImage(path, bytes, size);
}

function examine(path: string, size: number | null): ImageReply {
  const { pixels: _, ...shape } = decodeFile(path, size);
  return { type: 'examined', shape };
}

/** Writes the images one after the other, [height, width, channels] each. */
function decodeFiles({ files, size, shape, output, first }: DecodeRequest): ImageReply {
  const { height, width, channels } = shape;
  const imageBytes = height * width * channels;
  const descriptor = openSync(output, 'r+');
  try {
    for (const [index, path] of files.entries()) {
      const image = decodeFile(path, size);
      if (image.height !== height || image.width !== width) {
        throw corrupt(
          path,
          `is ${image.height}x${image.width}, but the first image is ${height}x${width}: give a "size" to which all are resized and cropped`,
        );
      }
      if (image.channels > channels) return { type: 'decoded', isColour: true };
      writeSync(
        descriptor,
        image.channels < channels ? threefold(image.pixels) : image.pixels,
        0,
        imageBytes,
        (first + index) * imageBytes,
      );
    }
  } finally {
    closeSync(descriptor);
  }
  return { type: 'decoded', isColour: false };
}

/** Grey as RGB. */
function threefold(pixels: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 3 * pixels.length }, (_, index) => pixels[Math.floor(index / 3)]);
}

function answer(request: ImageRequest): ImageReply {
  switch (request.type) {
    case 'list':
      return { type: 'listed', tree: listImageTree(request.folder) };
    case 'examine':
      return examine(request.file, request.size);
    case 'decode':
      return decodeFiles(request);
  }
}

parentPort?.on('message', (request: ImageRequest) => {
  let reply: ImageReply;
  try {
    reply = answer(request);
  } catch (error) {
    reply = { type: 'failed', code: error instanceof AppError ? error.code : 'internal', message: messageOf(error) };
  }
  parentPort?.postMessage(reply);
});
