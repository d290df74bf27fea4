import { z } from 'zod';
import { badRequest, corrupt } from '../../errors.ts';
import type { DataFiles } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import { allocateLabels } from '../image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '../image-set.ts';
import { type NpyArray, withNpyArrays } from './npy-arrays.ts';

const schema = z.strictObject({ kind: z.literal('npz'), path: z.string().min(1) });

type NpzLocation = z.infer<typeof schema>;

/** A file of NumPy arrays. */
export const npz = {
  kind: 'npz',
  title: 'NumPy arrays (.npz)',
  schema,
  fields: [],
  files: {
    holds:
      "A file with the arrays x_train, y_train, x_test and y_test, like Keras' mnist.npz: images of uint8 from 0 to 255, count × height × width, also with 1 or 3 channels, and whole-number labels.",
    takes: ['file'],
    dialogTitle: 'File of NumPy arrays',
    filter: { name: 'NumPy arrays', extensions: ['npz'] },
  },
  reading: { from: 'arrays', leavesLabels: false, open: openNpz, describe: describeNpz },
} satisfies DatasetKind<NpzLocation>;

/** The same names as in Keras' mnist.npz. */
const ARRAYS = ['x_train', 'y_train', 'x_test', 'y_test'];
const MAX_CLASSES = 65_536;

type Part = Omit<ImageSet, 'pixels' | 'classes'> & { readonly images: NpyArray };

/** Images [count, height, width] or [count, height, width, channels] of bytes, with labels of any whole-number type. */
async function openNpz({ path }: NpzLocation, files: DataFiles): Promise<DataSource> {
  return withNpyArrays({ path, files }, ARRAYS, async ([xTrain, yTrain, xTest, yTest]) => {
    const parts = [await readPart(xTrain, yTrain), await readPart(xTest, yTest)];
    const classes = classesOf(parts);
    checkSizesEqual(path, parts);
    const pixels = await files.keepPixels(parts.map(({ images }) => images));
    const [training, test] = parts.map(({ images: _, ...part }, index) => ({
      ...part,
      classes,
      pixels: pixels[index],
    }));
    return { training, test };
  });
}

/** The data set as its headers and labels describe it. */
async function describeNpz({ path }: NpzLocation, files: DataFiles): Promise<DatasetInfo> {
  return withNpyArrays({ path, files }, ARRAYS, async ([xTrain, yTrain, xTest, yTest]) => {
    const parts = [await readPart(xTrain, yTrain), await readPart(xTest, yTest)];
    checkSizesEqual(path, parts);
    const [{ count: training, height, width, channels }, { count: test }] = parts;
    return { training, test, validation: 0, height, width, channels, classes: classesOf(parts) };
  });
}

async function readPart(images: NpyArray, stored: NpyArray): Promise<Part> {
  const [count, height, width, channels = 1] = images.shape;
  checkImages(images);
  const labels = await readLabels(stored);
  if (labels.length !== count) {
    throw corrupt(stored.path, `has ${labels.length} labels, but ${images.path} has ${count} images`);
  }
  return { count, height, width, channels, labels, images };
}

function checkImages({ path, type, shape }: NpyArray): void {
  if (type !== '|u1') {
    const advice = type.includes('f')
      ? 'save (x * 255).round().astype(np.uint8) where 1 is white'
      : 'save x.astype(np.uint8)';
    throw badRequest(`${path} has values of type ${type}, but pixels are bytes from 0 to 255 (uint8): ${advice}.`);
  }
  const [, , , channels = 1] = shape;
  const hasImages = (shape.length === 3 || shape.length === 4) && shape.every((size) => size > 0);
  if (!hasImages || (channels !== 1 && channels !== 3)) {
    throw badRequest(
      `${path} has the shape ${shape.join(' x ')}: images are count x height x width, or that x 1 or 3 channels.`,
    );
  }
}

/** Reads labels of a whole-number type: one per image, also as a column. */
async function readLabels({ path, type, shape, byteLength, pieces }: NpyArray): Promise<Int32Array> {
  const [count = 0, columns = 1] = shape;
  if (shape.length === 0 || shape.length > 2 || columns !== 1) {
    throw badRequest(`${path} has the shape ${shape.join(' x ')}: labels are one number per image.`);
  }
  const read = readerOf(type);
  if (read === undefined) {
    throw badRequest(`${path} has values of type ${type}, but labels are whole numbers: save y.astype(np.int64).`);
  }
  const bytes = new Uint8Array(byteLength);
  let filled = 0;
  for await (const piece of pieces()) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  const view = new DataView(bytes.buffer);
  const labels = allocateLabels(count);
  for (let index = 0; index < count; index++) labels[index] = checkedLabel(path, index, read(view, index));
  return labels;
}

type ReadValue = (values: DataView, index: number) => number;

/** Undefined for a type that is not of whole numbers. */
function readerOf(type: string): ReadValue | undefined {
  const isLittle = type[0] !== '>';
  switch (type.slice(1)) {
    case 'i1':
      return (values, index) => values.getInt8(index);
    case 'u1':
      return (values, index) => values.getUint8(index);
    case 'i2':
      return (values, index) => values.getInt16(2 * index, isLittle);
    case 'u2':
      return (values, index) => values.getUint16(2 * index, isLittle);
    case 'i4':
      return (values, index) => values.getInt32(4 * index, isLittle);
    case 'u4':
      return (values, index) => values.getUint32(4 * index, isLittle);
    case 'i8':
      return (values, index) => Number(values.getBigInt64(8 * index, isLittle));
    case 'u8':
      return (values, index) => Number(values.getBigUint64(8 * index, isLittle));
    default:
      return undefined;
  }
}

function checkedLabel(path: string, index: number, label: number): number {
  if (label >= 0 && label < MAX_CLASSES) return label;
  throw corrupt(path, `gives image ${index} the label ${label}, but labels are 0 to ${MAX_CLASSES - 1}`);
}

/** One more than the largest label. */
function classesOf(parts: readonly Part[]): number {
  const largest = Math.max(...parts.map(({ labels }) => labels.reduce((most, label) => Math.max(most, label), 0)));
  return Math.max(2, largest + 1);
}

function checkSizesEqual(path: string, [training, test]: readonly Part[]): void {
  const [trained, tested] = [training, test].map(({ height, width, channels }) => `${height}x${width}x${channels}`);
  if (trained !== tested) throw corrupt(path, `mixes image sizes: ${trained} for training and ${tested} for testing`);
}
