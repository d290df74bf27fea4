import { z } from 'zod';
import { AppError, badRequest, corrupt } from '../../errors.ts';
import type { DataFiles, PixelSource } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import { allocateLabels, checkLabels } from '../image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '../image-set.ts';
import { findIdxImages, IMAGE_MAGIC, readIdxDimensions, readIdxLabels } from './idx-file.ts';

const schema = z.strictObject({
  kind: z.literal('idx'),
  path: z.string().min(1),
  classes: z.int().min(2).max(256).default(10),
});

type IdxLocation = z.infer<typeof schema>;

/** The four files of MNIST and of data sets in its format. */
export const idx = {
  kind: 'idx',
  title: 'IDX (MNIST-style)',
  schema,
  fields: [
    {
      ...{ key: 'classes', label: 'Classes', type: 'number', placeholder: 'count' },
      hint: 'Labels run from 0 to one less than this.',
      help: 'labels run from 0 to one less than this, default 10',
    },
  ],
  files: {
    holds:
      'A folder with the four files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each as it is or with .gz.',
    takes: ['folder'],
    dialogTitle: 'Folder of IDX files',
  },
  reading: { from: 'arrays', leavesLabels: true, open: openIdx, describe: describeIdx },
} satisfies DatasetKind<IdxLocation>;

type IdxName = { readonly folder: string; readonly part: string; readonly dimensions: 1 | 3 };
type IdxPart = 'train' | 't10k';
type ImageSize = Pick<ImageSet, 'height' | 'width'>;

/** Finds `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, with or without `.gz`. */
async function findFile(files: DataFiles, { folder, part, dimensions }: IdxName): Promise<string> {
  for (const suffix of ['', '.gz']) {
    for (const separator of ['-', '.']) {
      const path = files.join(folder, `${part}${separator}idx${dimensions}-ubyte${suffix}`);
      if (await files.exists(path)) return path;
    }
  }
  const file = `${part}-idx${dimensions}-ubyte`;
  throw new AppError('not-found', `${folder} holds no ${file} or ${file}.gz: put the four IDX files there.`);
}

async function findImages(files: DataFiles, folder: string, part: IdxPart): Promise<string> {
  if (await files.isFolder(folder)) return findFile(files, { folder, part: `${part}-images`, dimensions: 3 });
  throw badRequest(`${folder} is a file: give the folder that holds the four IDX files.`);
}

interface IdxSet extends Omit<ImageSet, 'pixels'> {
  readonly pixels: PixelSource;
}

async function readPart(files: DataFiles, { path: folder, classes }: IdxLocation, part: IdxPart): Promise<IdxSet> {
  const path = await findImages(files, folder, part);
  const { dimensions, pixels } = await findIdxImages(files, path);
  const labelsPath = await findFile(files, { folder, part: `${part}-labels`, dimensions: 1 });
  const stored = await readIdxLabels(files, labelsPath);
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

async function openIdx(location: IdxLocation, files: DataFiles): Promise<DataSource> {
  const training = await readPart(files, location, 'train');
  const test = await readPart(files, location, 't10k');
  checkSizesEqual(location.path, training, test);
  const [trainingPixels, testPixels] = await files.keepPixels([training.pixels, test.pixels]);
  return { training: { ...training, pixels: trainingPixels }, test: { ...test, pixels: testPixels } };
}

/** The data set as the headers of its two image files describe it. */
async function describeIdx({ path: folder, classes }: IdxLocation, files: DataFiles): Promise<DatasetInfo> {
  const training = await readIdxDimensions(files, await findImages(files, folder, 'train'), IMAGE_MAGIC);
  const test = await readIdxDimensions(files, await findImages(files, folder, 't10k'), IMAGE_MAGIC);
  const [size, testSize] = [training, test].map(([, height, width]) => ({ height, width }));
  checkSizesEqual(folder, size, testSize);
  return { training: training[0], test: test[0], validation: 0, ...size, channels: 1, classes };
}
