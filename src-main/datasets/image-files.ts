import type { PixelSource } from '#core/data/data-files.ts';
import type { KindLocation } from '#core/data/dataset-kind.ts';
import type { DataSource, DatasetInfo, ImageSet } from '#core/data/image-set.ts';
import { DATA_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';
import { askThread, type Say } from '../threads/answer-once.ts';
import type { DecodedFolder } from './decoded-folder.ts';
import { keepPixels } from './pixel-store.ts';

/** Image files, decoded once into the per-user cache. Throws one sentence that names the folder or file at fault. */
export async function openImageFiles(location: KindLocation, say: Say): Promise<DataSource> {
  const decoded = await decodedInThread(location, say);
  const { height, width, channels, classNames } = decoded;
  const shape = { height, width, channels, classes: classNames.length };
  const parts = [decoded.trainingLabels, decoded.testLabels, decoded.validationLabels].filter((part) => part !== null);
  const pixels = await keepPixels(placesOf(decoded, parts));
  const [training, test, validation]: readonly ImageSet[] = parts.map((labels, part) => ({
    ...shape,
    count: labels.length,
    labels,
    pixels: pixels[part],
  }));
  return { training, test, ...(validation === undefined ? {} : { validation }), classNames };
}

/** The parts lie in the file one after the other. */
function placesOf({ path, height, width, channels }: DecodedFolder, parts: readonly Int32Array[]): PixelSource[] {
  const imageBytes = height * width * channels;
  let start = 0;
  return parts.map(({ length }) => {
    const place = partOf(path, start, length * imageBytes);
    start += place.byteLength;
    return place;
  });
}

/** Decodes the images first: only then is it known whether all are grey and have the same size. */
export async function describeImageFiles(location: KindLocation, say: Say): Promise<DatasetInfo> {
  const { trainingLabels, testLabels, validationLabels, ...decoded } = await decodedInThread(location, say);
  const { height, width, channels, classNames } = decoded;
  const counts = {
    training: trainingLabels.length,
    test: testLabels.length,
    validation: validationLabels?.length ?? 0,
  };
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
    pieces: () => ordinaryPieces(path, DATA_LIMIT, { start, byteLength }),
  };
}
