import { join } from 'node:path';
import { allocateLabels, checkLabels } from '#core/data/image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '#core/data/image-set.ts';
import { AppError, badRequest, corrupt } from '#core/errors.ts';
import { fileExists, isDirectory } from './data-file.ts';
import { findIdxImages, IMAGE_MAGIC, readIdxDimensions, readIdxLabels } from './idx-file.ts';
import { keepPixels, type PixelSource } from './pixel-store.ts';

type IdxPart = 'train' | 't10k';
type ImageSize = Pick<ImageSet, 'height' | 'width'>;

/** `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, as it is or with `.gz`. */
async function findFile(folder: string, part: string, dimensions: 1 | 3): Promise<string> {
  for (const suffix of ['', '.gz']) {
    for (const separator of ['-', '.']) {
      const path = join(folder, `${part}${separator}idx${dimensions}-ubyte${suffix}`);
      if (await fileExists(path)) return path;
    }
  }
  const name = `${part}-idx${dimensions}-ubyte`;
  throw new AppError('not-found', `${folder} holds no ${name} or ${name}.gz: put the four IDX files there.`);
}

async function findImages(folder: string, part: IdxPart): Promise<string> {
  if (await isDirectory(folder)) return findFile(folder, `${part}-images`, 3);
  throw badRequest(`${folder} is a file: give the folder that holds the four IDX files.`);
}

interface IdxSet extends Omit<ImageSet, 'pixels'> {
  readonly pixels: PixelSource;
}

async function readPart(folder: string, part: IdxPart, classes: number): Promise<IdxSet> {
  const path = await findImages(folder, part);
  const { dimensions, pixels } = await findIdxImages(path);
  const labelsPath = await findFile(folder, `${part}-labels`, 1);
  const stored = await readIdxLabels(labelsPath);
  const [count, height, width] = dimensions;
  if (stored.length !== count) {
    throw corrupt(labelsPath, `has ${stored.length} labels, but ${path} has ${count} images`);
  }
  checkLabels(labelsPath, stored, classes);
  const labels = allocateLabels(count);
  labels.set(stored);
  return { count, height, width, channels: 1, classes, pixels, labels };
}

function checkSizesEqual(folder: string, training: ImageSize, test: ImageSize): void {
  if (training.height === test.height && training.width === test.width) return;
  const [trained, tested] = [training, test].map(({ height, width }) => `${height}x${width}`);
  throw corrupt(folder, `mixes image sizes: ${trained} for training and ${tested} for testing`);
}

/** The four MNIST-style files of a folder. */
export async function openIdx(folder: string, classes: number): Promise<DataSource> {
  const training = await readPart(folder, 'train', classes);
  const test = await readPart(folder, 't10k', classes);
  checkSizesEqual(folder, training, test);
  const [trainingPixels, testPixels] = await keepPixels([training.pixels, test.pixels]);
  return { training: { ...training, pixels: trainingPixels }, test: { ...test, pixels: testPixels } };
}

/** What the headers of the two image files say. */
export async function describeIdx(folder: string, classes: number): Promise<DatasetInfo> {
  const training = await readIdxDimensions(await findImages(folder, 'train'), IMAGE_MAGIC);
  const test = await readIdxDimensions(await findImages(folder, 't10k'), IMAGE_MAGIC);
  const [size, testSize] = [training, test].map(([, height, width]) => ({ height, width }));
  checkSizesEqual(folder, size, testSize);
  return { training: training[0], test: test[0], ...size, channels: 1, classes };
}
