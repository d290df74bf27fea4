import { z } from 'zod';
import { corrupt } from '../../errors.ts';
import type { DataFiles, PixelSource } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import type { DataSource, DatasetInfo, ImageSet } from '../image-set.ts';
import { transposedPixels } from '../transposed-pixels.ts';
import { EMNIST_SETS } from './emnist.ts';
import { findIdxImages, IMAGE_MAGIC, readIdxDimensions, readIdxLabels } from './idx-file.ts';
import { classLabels, labelRule, type StoredLabels, USUAL_CLASSES } from './idx-labels.ts';
import { findIdxFile, findIdxSet, type IdxFolder, type IdxPart, NAMED_SETS } from './idx-names.ts';

const schema = z.strictObject({
  kind: z.literal('idx'),
  path: z.string().min(1),
  classes: z.int().min(2).max(256).default(USUAL_CLASSES),
  /** Whether rows become columns: EMNIST's images are stored like that. */
  transpose: z.boolean().optional(),
  /** Which files, where the folder holds several sets. */
  set: z.enum(NAMED_SETS).optional(),
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
      hint: 'With 10, more are found where the labels show more.',
      help: 'default 10, or what EMNIST has, or more where the labels show more; labels may begin at 0 or at 1',
    },
    {
      ...{ key: 'set', label: 'Set', type: 'choice', choices: NAMED_SETS, isOptional: true, placeholder: 'set' },
      hint: 'Which set of EMNIST, or QMNIST, where the folder holds several.',
      help: 'which files, where the folder holds several sets',
    },
    {
      ...{ key: 'transpose', label: 'Transposed images (EMNIST)', type: 'flag', isOptional: true },
      hint: 'Stored with rows and columns exchanged.',
      help: 'stored with rows and columns exchanged',
    },
  ],
  files: {
    holds:
      'A folder with the four files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or those of EMNIST or QMNIST under their own names, each as it is or with .gz.',
    takes: ['folder'],
    dialogTitle: 'Folder of IDX files',
    recognises: ({ isFolder, names }) => isFolder && names.some(isIdxName),
  },
  example: 'datasets add letters --kind idx --path ~/emnist --set letters --transpose',
  placeOf: ({ path, set, transpose }) =>
    [path, ...(set === undefined ? [] : [`the set ${set}`]), ...(transpose ? ['transposed'] : [])].join(', '),
  reading: { from: 'arrays', open: openIdx, describe: describeIdx },
} satisfies DatasetKind<IdxLocation>;

/** A file that lies in the folder itself. */
function isIdxName(name: string): boolean {
  return /^[\w-]*(train|t10k|test)-images[-.]idx3-ubyte(\.gz)?$/.test(name);
}

type ImageSize = Pick<ImageSet, 'height' | 'width'>;

interface StoredPart extends ImageSize {
  readonly count: number;
  readonly pixels: PixelSource;
  readonly labels: StoredLabels;
}

async function readPart(files: DataFiles, where: IdxFolder, part: IdxPart): Promise<StoredPart> {
  const path = await findIdxFile(files, where, [part, 'images']);
  const { dimensions, pixels } = await findIdxImages(files, path);
  const labelsPath = await findIdxFile(files, where, [part, 'labels']);
  const [count, height, width] = dimensions;
  const values = await readIdxLabels(files, labelsPath, { path, count });
  return { count, height, width, pixels, labels: { path: labelsPath, values } };
}

function checkSizesEqual(folder: string, training: ImageSize, test: ImageSize): void {
  if (training.height === test.height && training.width === test.width) return;
  const [trained, tested] = [training, test].map(({ height, width }) => `${height}x${width}`);
  throw corrupt(folder, `mixes image sizes: ${trained} for training and ${tested} for testing`);
}

async function openIdx(
  { path: folder, classes: asked, transpose, set }: IdxLocation,
  files: DataFiles,
): Promise<DataSource> {
  const where = await findIdxSet(files, folder, set);
  const parts = [await readPart(files, where, 'training'), await readPart(files, where, 'test')];
  const [stored, storedTest] = parts;
  checkSizesEqual(folder, stored, storedTest);
  const rule = labelRule([stored.labels, storedTest.labels], asked, where.set);
  const labels = parts.map((part) => classLabels(part.labels, rule));
  const pixels = await files.keepPixels(
    parts.map((part) => (transpose ? transposedPixels(part.pixels, { ...part, channels: 1 }) : part.pixels)),
  );
  const { classes } = rule;
  const [training, test] = parts.map((part, index) => ({
    ...{ count: part.count, ...sidesOf(part, transpose), channels: 1, classes },
    ...{ pixels: pixels[index], labels: labels[index] },
  }));
  const classNames = classNamesOf(where.set, classes);
  return classNames === undefined ? { training, test } : { training, test, classNames };
}

function sidesOf({ height, width }: ImageSize, isTransposed = false): ImageSize {
  return isTransposed ? { height: width, width: height } : { height, width };
}

function classNamesOf(set: string | null, classes: number): readonly string[] | undefined {
  const names = set === null ? undefined : EMNIST_SETS[set];
  return names?.length === classes ? names : undefined;
}

/** The data set as the headers of its image files and its labels describe it. */
async function describeIdx(
  { path: folder, classes: asked, transpose, set }: IdxLocation,
  files: DataFiles,
): Promise<DatasetInfo> {
  const where = await findIdxSet(files, folder, set);
  const sizes: (readonly number[])[] = [];
  const labels: StoredLabels[] = [];
  for (const part of ['training', 'test'] as const) {
    const images = await findIdxFile(files, where, [part, 'images']);
    const dimensions = await readIdxDimensions(files, images, IMAGE_MAGIC);
    const path = await findIdxFile(files, where, [part, 'labels']);
    sizes.push(dimensions);
    labels.push({ path, values: await readIdxLabels(files, path, { path: images, count: dimensions[0] }) });
  }
  const [size, testSize] = sizes.map(([, height, width]) => ({ height, width }));
  checkSizesEqual(folder, size, testSize);
  const { classes } = labelRule(labels, asked, where.set);
  return { training: sizes[0][0], test: sizes[1][0], validation: 0, ...sidesOf(size, transpose), channels: 1, classes };
}
