import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { AppError, corrupt, messageOf } from '#core/errors.ts';
import { checkedFileSize, fileVersion, MAX_PACKING } from './data-file.ts';
import { MAX_NPY_START_BYTES, type NpyHeader, npyHeader, valueBytes, valueCount } from './npy-header.ts';
import type { PixelSource } from './pixel-store.ts';

/** How a zip file holds a member: as it is or deflated. NumPy writes no other. */
const STORED = 0;
const DEFLATED = 8;

/** One array of an .npz file. */
export interface NpzArray extends PixelSource, Pick<NpyHeader, 'type' | 'shape'> {}

type Member = { readonly zip: ZipFile; readonly entry: Entry; readonly path: string };

/** Runs `work` on the arrays of an .npz file, which can be read until it ends. Throws one sentence for a damaged file. */
export async function withNpzArrays<T>(
  path: string,
  names: readonly string[],
  work: (arrays: readonly NpzArray[]) => Promise<T>,
): Promise<T> {
  await checkedFileSize(path);
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    throw corrupt(path, `is no intact .npz file (${messageOf(error)})`, error);
  });
  try {
    const entries = await entriesOf(zip, path);
    const version = await fileVersion(path);
    const arrays: NpzArray[] = [];
    for (const name of names)
      arrays.push(await findArray({ zip, path, entry: required(entries, name, path) }, version));
    return await work(arrays);
  } finally {
    zip.close();
  }
}

async function entriesOf(zip: ZipFile, path: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    throw corrupt(path, `is no intact .npz file (${messageOf(error)})`, error);
  }
  return entries;
}

function required(entries: ReadonlyMap<string, Entry>, name: string, path: string): Entry {
  const entry = entries.get(`${name}.npy`);
  if (entry !== undefined) return entry;
  const found = [...entries.keys()].map((file) => file.replace(/\.npy$/, '')).join(', ');
  throw new AppError(
    'not-found',
    `${path} holds no array ${name}: x_train, y_train, x_test and y_test are needed, it has ${found || 'none'}.`,
  );
}

async function findArray(member: Member, fileVersion: string): Promise<NpzArray> {
  const { zip, entry } = member;
  const path = `${member.path} (${entry.fileName})`;
  const isStored = entry.compressionMethod === STORED;
  if (!isStored && entry.compressionMethod !== DEFLATED)
    throw corrupt(path, 'is packed in a way that NumPy does not use');
  if (entry.uncompressedSize > entry.compressedSize * MAX_PACKING) {
    throw corrupt(
      path,
      `claims ${entry.uncompressedSize} bytes, more than its ${entry.compressedSize} packed ones can hold`,
    );
  }
  const header = npyHeader(path, await readStart(member, path));
  const byteLength = checkedByteLength(path, header, entry.uncompressedSize);
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  return {
    ...{ path, byteLength, type: header.type, shape: header.shape },
    place: isStored ? { kind: 'file', path: member.path, start: fileDataStart + header.start, byteLength } : null,
    pieces: () => memberPieces(member, path, header.start),
    version: fileVersion,
  };
}

function checkedByteLength(path: string, header: NpyHeader, fileBytes: number): number {
  if (header.isFortranOrder && header.shape.length > 1) {
    throw corrupt(path, "is in Fortran's order: save np.ascontiguousarray(array) instead");
  }
  const byteLength = valueCount(header) * valueBytes(header);
  if (byteLength === fileBytes - header.start) return byteLength;
  throw corrupt(
    path,
    `promises ${header.shape.join(' x ')} values of type ${header.type} in its header, but holds ${fileBytes - header.start} bytes`,
  );
}

async function readStart(member: Member, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of memberPieces(member, path, 0)) {
    pieces.push(piece);
    length += piece.length;
    if (length >= MAX_NPY_START_BYTES) break;
  }
  return Buffer.concat(pieces);
}

/** The member's bytes from `start` on, unpacked. */
async function* memberPieces({ zip, entry }: Member, path: string, start: number): AsyncGenerator<Uint8Array, void> {
  let position = -start;
  try {
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      const bytes = piece as Uint8Array;
      if (position + bytes.length > 0) yield bytes.subarray(Math.max(0, -position));
      position += bytes.length;
    }
  } catch (error) {
    throw corrupt(path, `cannot be unpacked (${messageOf(error)})`, error);
  }
}
