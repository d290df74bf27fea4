import { corrupt } from '../../errors.ts';
import type { DataFiles, NamedBytes } from '../data-files.ts';
import { allocateLabels, allocatePixels, checkLabels } from '../image-memory.ts';
import type { ImageSet } from '../image-set.ts';
import { MemoryPixels } from '../pixels.ts';
import type { PythonNames } from './cifar-python-names.ts';

// The binary version of https://www.cs.toronto.edu/~kriz/cifar.html: records of one label byte (CIFAR-100: coarse,
// then fine) and 3072 pixels, red plane first, each plane row by row.
export const SIDE = 32;
export const CHANNELS = 3;
/** Bytes of an image. */
export const PIXELS = CHANNELS * SIDE * SIDE;

export type CifarFormat = {
  readonly name: string;
  readonly classes: number;
  /** Number of label bytes in a record; the last byte is the label to learn. */
  readonly labelBytes: number;
  readonly trainingFiles: readonly string[];
  readonly testFile: string;
  readonly classNamesFile: string;
  /** The folder inside the authors' archive. */
  readonly folder: string;
  readonly python: PythonNames;
};

const PLANE = SIDE * SIDE;
/** Records decoded between two turns of the event loop: about 3 ms of work. */
const RECORDS_A_TURN = 250;

function recordBytes(format: CifarFormat): number {
  return format.labelBytes + PIXELS;
}

/** Refuses a file that ends inside a record. */
export function recordCount(format: CifarFormat, path: string, byteCount: number): number {
  if (byteCount % recordBytes(format) === 0) return byteCount / recordBytes(format);
  throw corrupt(
    path,
    `has ${byteCount} bytes, not a multiple of the ${recordBytes(format)} bytes of a ${format.name} record`,
  );
}

type Decoded = { readonly images: Uint8Array; readonly labels: Int32Array };
type Decoding = { readonly format: CifarFormat; readonly files: DataFiles };

/** Rearranges one record's pixels from red, green and blue planes to [32, 32, 3]. */
function interleavePlanes(planes: Uint8Array, target: Uint8Array): void {
  for (let pixel = 0; pixel < PLANE; pixel++) {
    target[pixel * CHANNELS] = planes[pixel];
    target[pixel * CHANNELS + 1] = planes[PLANE + pixel];
    target[pixel * CHANNELS + 2] = planes[2 * PLANE + pixel];
  }
}

async function decodeFile({ format, files }: Decoding, { path, bytes }: NamedBytes, target: Decoded): Promise<void> {
  for (let record = 0; record < target.labels.length; record++) {
    const pixels = (record + 1) * recordBytes(format) - PIXELS;
    target.labels[record] = bytes[pixels - 1];
    interleavePlanes(bytes.subarray(pixels, pixels + PIXELS), target.images.subarray(record * PIXELS));
    if (record % RECORDS_A_TURN === RECORDS_A_TURN - 1) await files.nextTurn();
  }
  checkLabels(path, target.labels, format.classes);
}

/** Decodes the records of the files, one file after the other. */
export async function decodeCifar(decoding: Decoding, stored: readonly NamedBytes[]): Promise<ImageSet> {
  const { format } = decoding;
  const counts = stored.map(({ path, bytes }) => recordCount(format, path, bytes.length));
  const count = counts.reduce((sum, records) => sum + records, 0);
  if (count === 0) throw corrupt(stored[0].path, `and the files that go with it hold no ${format.name} record`);
  const images = allocatePixels(count * PIXELS);
  const labels = allocateLabels(count);
  let start = 0;
  for (const [index, file] of stored.entries()) {
    const end = start + counts[index];
    const part = { images: images.subarray(start * PIXELS, end * PIXELS), labels: labels.subarray(start, end) };
    await decodeFile(decoding, file, part);
    start = end;
  }
  const pixels = new MemoryPixels(images);
  return { count, height: SIDE, width: SIDE, channels: CHANNELS, classes: format.classes, pixels, labels };
}
