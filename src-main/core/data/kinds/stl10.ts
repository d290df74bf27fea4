import { z } from 'zod';
import { AppError, corrupt } from '../../errors.ts';
import type { ArchivedFile, DataFiles, PixelSource } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import { allocateLabels } from '../image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '../image-set.ts';

// The binary version of https://cs.stanford.edu/~acoates/stl10: 96 x 96 images, the red plane first, each plane column by
// column; labels are bytes from 1 to 10. Without labels, `unlabeled_X.bin` is not read.
const SIDE = 96;
const CHANNELS = 3;
const CLASSES = 10;
const PLANE = SIDE * SIDE;
const IMAGE_BYTES = CHANNELS * PLANE;
/** Three times the authors' largest file that is read. */
const MAX_FILE_BYTES = 2 ** 29;
const MAX_NAMES_BYTES = 2 ** 16;
const CLASS_NAMES = 'class_names.txt';
/** The folder inside the authors' archive. */
const FOLDER = 'stl10_binary';

const schema = z.strictObject({ kind: z.literal('stl10'), path: z.string().min(1) });

type Stl10Location = z.infer<typeof schema>;

/** STL-10 as its authors distribute it: the images with labels. */
export const stl10 = {
  kind: 'stl10',
  title: 'STL-10',
  schema,
  fields: [],
  files: {
    holds:
      "The authors' binary version: stl10_binary.tar.gz as it was downloaded, or a folder with train_X.bin, train_y.bin, test_X.bin and test_y.bin. Images without labels are not read.",
    takes: ['folder', 'file'],
    dialogTitle: 'STL-10 in its binary version',
    filter: { name: 'Archives', extensions: ['tar.gz', 'tgz', 'gz', 'tar'] },
    recognises: ({ names }) => names.some((name) => /(^|\/)(stl10_binary\/|train_X\.bin$)/.test(name)),
    suggestedName: 'stl10',
  },
  classNames: ['airplane', 'bird', 'car', 'cat', 'deer', 'dog', 'horse', 'monkey', 'ship', 'truck'],
  reading: { from: 'arrays', open: openStl10, describe: describeStl10 },
} satisfies DatasetKind<Stl10Location>;

/** One of the four data files, in a folder or inside the archive. */
interface Stl10File {
  readonly path: string;
  readonly byteLength: number;
  readonly version: string;
  pieces(): AsyncIterable<Uint8Array>;
}

type Stl10Files = ReadonlyMap<string, Stl10File>;
type Stl10Part = 'train' | 'test';

const PARTS: readonly Stl10Part[] = ['train', 'test'];
const NAMES = PARTS.flatMap((part) => [`${part}_X.bin`, `${part}_y.bin`]);

async function findFiles({ path }: Stl10Location, files: DataFiles): Promise<Stl10Files> {
  return (await files.isFolder(path)) ? filesInFolder(path, files) : filesInArchive(path, files);
}

async function filesInFolder(path: string, files: DataFiles): Promise<Stl10Files> {
  const nested = files.join(path, FOLDER);
  const folder = (await files.exists(nested)) ? nested : path;
  const found = new Map<string, Stl10File>();
  for (const name of [...NAMES, CLASS_NAMES]) {
    const file = files.join(folder, name);
    if (!(await files.exists(file))) continue;
    const [byteLength, version] = [await files.size(file), await files.version(file)];
    found.set(name, { path: file, byteLength, version, pieces: () => files.pieces(file) });
  }
  return found;
}

async function filesInArchive(path: string, files: DataFiles): Promise<Stl10Files> {
  const version = await files.version(path);
  const check = ({ name, path: file, byteLength }: ArchivedFile): void => {
    if (byteLength > (name === CLASS_NAMES ? MAX_NAMES_BYTES : MAX_FILE_BYTES)) {
      throw corrupt(file, `claims ${byteLength} bytes`);
    }
  };
  const read = await files.readTar(path, { of: 'STL-10', names: new Set([...NAMES, CLASS_NAMES]), check });
  const entries = [...read].map(([name, { path: file, bytes }]): [string, Stl10File] => {
    const pieces = async function* () {
      yield bytes;
    };
    return [name, { path: file, byteLength: bytes.length, version, pieces }];
  });
  return new Map(entries);
}

function fileNamed(found: Stl10Files, name: string, path: string): Stl10File {
  const file = found.get(name);
  if (file !== undefined) return file;
  throw new AppError('not-found', `${path} holds no ${name}: give the folder or archive of STL-10's binary version.`);
}

/** Refuses a file that ends inside an image. */
function imageCount({ path, byteLength }: Stl10File): number {
  if (byteLength > 0 && byteLength % IMAGE_BYTES === 0) return byteLength / IMAGE_BYTES;
  throw corrupt(path, `has ${byteLength} bytes, not a multiple of the ${IMAGE_BYTES} bytes of an STL-10 image`);
}

function pixelsOf(file: Stl10File): PixelSource {
  const { path, byteLength, version } = file;
  return { path, byteLength, version, place: null, pieces: () => uprightImages(file) };
}

/** The images as [96, 96, 3], several at a time. */
async function* uprightImages({ path, byteLength, pieces }: Stl10File): AsyncGenerator<Uint8Array, void, undefined> {
  const image = new Uint8Array(IMAGE_BYTES);
  let [filled, read] = [0, 0];
  for await (const piece of pieces()) {
    read += piece.length;
    const whole = new Uint8Array(Math.floor((filled + piece.length) / IMAGE_BYTES) * IMAGE_BYTES);
    let written = 0;
    for (let start = 0; start < piece.length; ) {
      const taken = piece.subarray(start, start + IMAGE_BYTES - filled);
      image.set(taken, filled);
      filled += taken.length;
      start += taken.length;
      if (filled < IMAGE_BYTES) break;
      turnUpright(image, whole.subarray(written));
      written += IMAGE_BYTES;
      filled = 0;
    }
    if (whole.length > 0) yield whole;
  }
  if (read !== byteLength) throw corrupt(path, `held ${read} bytes when it was read, not ${byteLength}`);
}

/** Rearranges planes of columns to rows of pixels. */
function turnUpright(planes: Uint8Array, target: Uint8Array): void {
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let column = 0; column < SIDE; column++) {
      const start = channel * PLANE + column * SIDE;
      for (let row = 0; row < SIDE; row++) {
        target[(row * SIDE + column) * CHANNELS + channel] = planes[start + row];
      }
    }
  }
}

async function readLabels(file: Stl10File, images: number): Promise<Int32Array> {
  const { path, byteLength } = file;
  if (byteLength !== images) throw corrupt(path, `has ${byteLength} labels, but there are ${images} images`);
  const labels = allocateLabels(images);
  let filled = 0;
  for await (const piece of file.pieces()) {
    for (const label of piece) {
      if (label < 1 || label > CLASSES) {
        throw corrupt(path, `gives image ${filled} the label ${label}, but STL-10's labels are 1 to ${CLASSES}`);
      }
      labels[filled++] = label - 1;
    }
  }
  return labels;
}

/** One name per line. */
async function readClassNames(file: Stl10File | undefined): Promise<readonly string[] | undefined> {
  if (file === undefined || file.byteLength > MAX_NAMES_BYTES) return undefined;
  const texts: string[] = [];
  const decoder = new TextDecoder();
  for await (const piece of file.pieces()) texts.push(decoder.decode(piece, { stream: true }));
  const names = texts
    .join('')
    .split('\n')
    .map((line) => line.trim());
  const classNames = names.filter((name) => name !== '');
  return classNames.length === CLASSES ? classNames : undefined;
}

async function openStl10(location: Stl10Location, files: DataFiles): Promise<DataSource> {
  const found = await findFiles(location, files);
  const images = PARTS.map((part) => fileNamed(found, `${part}_X.bin`, location.path));
  const sets: Omit<ImageSet, 'pixels'>[] = [];
  for (const [index, part] of PARTS.entries()) {
    const count = imageCount(images[index]);
    const labels = await readLabels(fileNamed(found, `${part}_y.bin`, location.path), count);
    sets.push({ count, height: SIDE, width: SIDE, channels: CHANNELS, classes: CLASSES, labels });
  }
  const pixels = await files.keepPixels(images.map(pixelsOf));
  const [training, test] = sets.map((set, index) => ({ ...set, pixels: pixels[index] }));
  const classNames = await readClassNames(found.get(CLASS_NAMES));
  return classNames === undefined ? { training, test } : { training, test, classNames };
}

/** The sizes of the two image files say it all; an archive has to be unpacked for that. */
async function describeStl10(location: Stl10Location, files: DataFiles): Promise<DatasetInfo> {
  const found = await findFiles(location, files);
  const [training, test] = PARTS.map((part) => imageCount(fileNamed(found, `${part}_X.bin`, location.path)));
  return { training, test, validation: 0, height: SIDE, width: SIDE, channels: CHANNELS, classes: CLASSES };
}
