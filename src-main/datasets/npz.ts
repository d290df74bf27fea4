import { allocateLabels } from '#core/data/image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '#core/data/image-set.ts';
import { badRequest, corrupt } from '#core/errors.ts';
import { type NpzArray, withNpzArrays } from './npz-file.ts';
import { keepPixels } from './pixel-store.ts';

/** As in Keras' mnist.npz. */
const ARRAYS = ['x_train', 'y_train', 'x_test', 'y_test'];
const MAX_CLASSES = 65_536;

type Part = Omit<ImageSet, 'pixels' | 'classes'> & { readonly images: NpzArray };

/** Images [count, height, width] or [count, height, width, channels] of bytes, with labels of any whole-number type. */
export async function openNpz(path: string): Promise<DataSource> {
  return withNpzArrays(path, ARRAYS, async ([xTrain, yTrain, xTest, yTest]) => {
    const parts = [await readPart(xTrain, yTrain), await readPart(xTest, yTest)];
    const classes = classesOf(parts);
    checkSizesEqual(path, parts);
    const pixels = await keepPixels(parts.map(({ images }) => images));
    const [training, test] = parts.map(({ images: _, ...part }, index) => ({
      ...part,
      classes,
      pixels: pixels[index],
    }));
    return { training, test };
  });
}

/** What the headers and the labels say. */
export async function describeNpz(path: string): Promise<DatasetInfo> {
  return withNpzArrays(path, ARRAYS, async ([xTrain, yTrain, xTest, yTest]) => {
    const parts = [await readPart(xTrain, yTrain), await readPart(xTest, yTest)];
    checkSizesEqual(path, parts);
    const [{ count: training, height, width, channels }, { count: test }] = parts;
    return { training, test, height, width, channels, classes: classesOf(parts) };
  });
}

async function readPart(images: NpzArray, stored: NpzArray): Promise<Part> {
  const [count, height, width, channels = 1] = images.shape;
  checkImages(images);
  const labels = await readLabels(stored);
  if (labels.length !== count) {
    throw corrupt(stored.path, `has ${labels.length} labels, but ${images.path} has ${count} images`);
  }
  return { count, height, width, channels, labels, images };
}

function checkImages({ path, type, shape }: NpzArray): void {
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

/** Reads values of a whole-number type: one a label, also as a column. */
async function readLabels({ path, type, shape, byteLength, pieces }: NpzArray): Promise<Int32Array> {
  const [count = 0, columns = 1] = shape;
  if (shape.length === 0 || shape.length > 2 || columns !== 1) {
    throw badRequest(`${path} has the shape ${shape.join(' x ')}: labels are one number an image.`);
  }
  const read = readerOf(type);
  if (read === undefined) {
    throw badRequest(`${path} has values of type ${type}, but labels are whole numbers: save y.astype(np.int64).`);
  }
  const bytes = Buffer.alloc(byteLength);
  let filled = 0;
  for await (const piece of pieces()) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  const labels = allocateLabels(count);
  for (let index = 0; index < count; index++) labels[index] = checkedLabel(path, index, read(bytes, index));
  return labels;
}

type ReadValue = (bytes: Buffer, index: number) => number;

function readerOf(type: string): ReadValue | undefined {
  const isSigned = type[1] === 'i';
  if (!isSigned && type[1] !== 'u') return undefined;
  const width = Number(type.slice(2));
  const isBig = type[0] === '>';
  if (width === 8) {
    const view = ({ buffer, byteOffset, byteLength }: Buffer) => new DataView(buffer, byteOffset, byteLength);
    if (isSigned) return (bytes, index) => Number(view(bytes).getBigInt64(8 * index, !isBig));
    return (bytes, index) => Number(view(bytes).getBigUint64(8 * index, !isBig));
  }
  if (isSigned && isBig) return (bytes, index) => bytes.readIntBE(width * index, width);
  if (isSigned) return (bytes, index) => bytes.readIntLE(width * index, width);
  if (isBig) return (bytes, index) => bytes.readUIntBE(width * index, width);
  return (bytes, index) => bytes.readUIntLE(width * index, width);
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
