import { corrupt } from '../../errors.ts';
import { type DataFiles, isPacked, type PixelSource } from '../data-files.ts';
import { checkImageCount } from '../image-memory.ts';
import { checkImageSize, checkUnpacked } from '../unpacking.ts';

// IDX: two zero bytes, the type (8 = unsigned byte), the number of dimensions, then each dimension as a big-endian
// 32-bit integer, then the values. http://yann.lecun.com/exdb/mnist describes it.
export const IMAGE_MAGIC = 0x00000803;
const LABEL_MAGIC = 0x00000801;
/** QMNIST's labels: rows of 32-bit integers, the first of which is the class. The type is 12. */
const LABEL_ROWS_MAGIC = 0x00000c02;

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}

/** The header is the magic and one word per dimension; the last byte of the magic is the number of dimensions. */
function headerBytes(magic: number): number {
  return 4 + 4 * (magic & 0xff);
}

/** Bytes of one value, by the type in the magic. */
function valueBytes(magic: number): 1 | 4 {
  return magic >> 8 === 0x0c ? 4 : 1;
}

function valueCount(dimensions: readonly number[]): number {
  return dimensions.reduce((product, size) => product * size, 1);
}

function wrongSize(path: string, dimensions: readonly number[], found: string): Error {
  return corrupt(path, `promises ${dimensions.join(' x ')} values in its header, but ${found}`);
}

function dimensionsOf(path: string, header: Uint8Array, magic: number): readonly number[] {
  if (header.length < headerBytes(magic)) throw corrupt(path, 'ends inside its IDX header');
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0) !== magic) {
    throw corrupt(
      path,
      `starts with ${hex(view.getUint32(0))}, but an IDX file of this kind starts with ${hex(magic)}`,
    );
  }
  return Array.from({ length: magic & 0xff }, (_, index) => view.getUint32(4 + 4 * index));
}

interface StoredHeader {
  readonly magic: number;
  readonly dimensions: readonly number[];
  readonly storedBytes: number;
}

/** Refuses a header that does not fit the size of its file. A packed file only gives an upper bound. */
function checkValueCount(path: string, { magic, dimensions, storedBytes }: StoredHeader): void {
  const count = valueCount(dimensions);
  const byteCount = count * valueBytes(magic);
  if (count === 0) throw corrupt(path, `names the empty size ${dimensions.join(' x ')} in its header`);
  if (isPacked(path)) checkUnpacked(path, byteCount, storedBytes);
  const heldBytes = storedBytes - headerBytes(magic);
  if (!isPacked(path) && byteCount !== heldBytes) {
    throw wrongSize(path, dimensions, `it holds ${Math.floor(heldBytes / valueBytes(magic))} of them`);
  }
}

/** The dimensions of an IDX file that has this magic, from its header and its size. */
export async function readIdxDimensions(files: DataFiles, path: string, magic: number): Promise<readonly number[]> {
  const storedBytes = await files.size(path);
  const dimensions = dimensionsOf(path, await files.start(path, headerBytes(magic)), magic);
  checkValueCount(path, { magic, dimensions, storedBytes });
  return dimensions;
}

interface IdxHeader {
  readonly magic: number;
  readonly dimensions: readonly number[];
}

/** The bytes after the header, exactly as many as it promises, the last dimension fastest. */
async function* valuePieces(
  files: DataFiles,
  path: string,
  { magic, dimensions }: IdxHeader,
): AsyncGenerator<Uint8Array, void, undefined> {
  const byteCount = valueCount(dimensions) * valueBytes(magic);
  let position = -headerBytes(magic);
  for await (const piece of files.pieces(path)) {
    if (position + piece.length > byteCount) throw wrongSize(path, dimensions, 'it holds more');
    yield piece.subarray(Math.max(0, -position));
    position += piece.length;
  }
  const held = Math.floor(position / valueBytes(magic));
  if (position < byteCount) throw wrongSize(path, dimensions, `it holds ${held} of them`);
}

export type IdxImages = { readonly dimensions: readonly number[]; readonly pixels: PixelSource };

/** Finds the images of an IDX file, packed if its name ends in `.gz`. */
export async function findIdxImages(files: DataFiles, path: string): Promise<IdxImages> {
  const dimensions = await readIdxDimensions(files, path, IMAGE_MAGIC);
  const byteLength = valueCount(dimensions);
  checkImageSize(path, byteLength / dimensions[0], dimensions.slice(1));
  const start = headerBytes(IMAGE_MAGIC);
  const place = isPacked(path) ? null : ({ kind: 'file', path, start, byteLength } as const);
  const pieces = () => valuePieces(files, path, { magic: IMAGE_MAGIC, dimensions });
  const version = await files.version(path);
  const storedBytes = isPacked(path) ? await files.size(path) : byteLength;
  return { dimensions, pixels: { path, byteLength, storedBytes, place, pieces, version } };
}

/** The file of the images that labels belong to. */
export interface IdxCount {
  readonly path: string;
  readonly count: number;
}

/** Twice what QMNIST's rows have. */
const MOST_COLUMNS = 16;

/** Reads the labels of an IDX file, as many as there are images, packed if its name ends in `.gz`: single bytes, or QMNIST's rows. */
export async function readIdxLabels(files: DataFiles, path: string, images: IdxCount): Promise<Int32Array> {
  const magic = /\bidx2-int\b/.test(path) ? LABEL_ROWS_MAGIC : LABEL_MAGIC;
  const dimensions = await readIdxDimensions(files, path, magic);
  const [labels, rowLength = 1] = dimensions;
  if (labels !== images.count)
    throw corrupt(path, `has ${labels} labels, but ${images.path} has ${images.count} images`);
  if (rowLength > MOST_COLUMNS) throw corrupt(path, `has rows of ${rowLength} numbers, but QMNIST's have 8`);
  checkImageCount(labels);
  const bytes = new Uint8Array(valueCount(dimensions) * valueBytes(magic));
  let filled = 0;
  for await (const piece of valuePieces(files, path, { magic, dimensions })) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  if (magic === LABEL_MAGIC) return Int32Array.from(bytes);
  const [count, columns] = dimensions;
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: count }, (_, row) => view.getInt32(4 * columns * row));
}
