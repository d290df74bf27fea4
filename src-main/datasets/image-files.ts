import { createReadStream } from 'node:fs';
import type { PixelSource } from '#core/data/data-files.ts';
import type { KindLocation } from '#core/data/dataset-kind.ts';
import type { DataSource, DatasetInfo, ImageSet } from '#core/data/image-set.ts';
import { askThread, type Say } from '../threads/answer-once.ts';
import type { DecodedFolder } from './decoded-folder.ts';
import { keepPixels } from './pixel-store.ts';

/** Image files, decoded once into the per-user cache. Throws one sentence that names the folder or file at fault. */
export async function openImageFiles(location: KindLocation, say: Say): Promise<DataSource> {
  const decoded = await decodedInThread(location, say);
  const { height, width, channels, classNames } = decoded;
  const imageBytes = height * width * channels;
  const labels = [decoded.trainingLabels, decoded.testLabels];
  const [trainingPixels, testPixels] = await keepPixels([
    partOf(decoded.path, 0, labels[0].length * imageBytes),
    partOf(decoded.path, labels[0].length * imageBytes, labels[1].length * imageBytes),
  ]);
  const shape = { height, width, channels, classes: classNames.length };
  const [training, test]: ImageSet[] = [
    { ...shape, count: labels[0].length, labels: labels[0], pixels: trainingPixels },
    { ...shape, count: labels[1].length, labels: labels[1], pixels: testPixels },
  ];
  return { training, test, classNames };
}

/** Decodes the images first: only then is it known whether all are grey and have the same size. */
export async function describeImageFiles(location: KindLocation, say: Say): Promise<DatasetInfo> {
  const { height, width, channels, classNames, trainingLabels, testLabels } = await decodedInThread(location, say);
  const counts = { training: trainingLabels.length, test: testLabels.length };
  return { ...counts, height, width, channels, classes: classNames.length };
}

function decodedInThread(request: KindLocation, say: Say): Promise<DecodedFolder> {
  const entry = new URL('./image-files-worker.ts', import.meta.url);
  return askThread(entry, { name: 'image folder', does: 'reads the folder of images', request, say });
}

function partOf(path: string, start: number, byteLength: number): PixelSource {
  return {
    ...{ path, byteLength, version: path },
    place: { kind: 'file', path, start, byteLength },
    pieces: () => createReadStream(path, { start, end: start + byteLength - 1 }),
  };
}
