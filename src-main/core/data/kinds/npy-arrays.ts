import { AppError, corrupt } from '../../errors.ts';
import type { DataFiles, PixelSource, ZipArchive, ZipMember } from '../data-files.ts';
import { MAX_NPY_START_BYTES, type NpyHeader, npyHeader, valueBytes, valueCount } from './npy-header.ts';

/** One array of an .npz file. */
export interface NpyArray extends PixelSource, Pick<NpyHeader, 'type' | 'shape'> {}

interface NpzFile {
  readonly path: string;
  readonly version: string;
  readonly zip: ZipArchive;
}

/**
 * Runs `work` on the arrays of an .npz file, which stay readable until `work` ends. Throws one sentence for a damaged
 * file.
 */
export async function withNpyArrays<T>(
  { path, files }: { readonly path: string; readonly files: DataFiles },
  names: readonly string[],
  work: (arrays: readonly NpyArray[]) => Promise<T>,
): Promise<T> {
  return files.withZip(path, '.npz file', async (zip) => {
    const version = await files.version(path);
    const arrays: NpyArray[] = [];
    for (const name of names) arrays.push(await findArray({ path, version, zip }, name));
    return work(arrays);
  });
}

function requiredFile({ zip, path }: NpzFile, name: string): string {
  if (zip.names.includes(`${name}.npy`)) return `${name}.npy`;
  const found = zip.names.map((file) => file.replace(/\.npy$/, '')).join(', ');
  throw new AppError(
    'not-found',
    `${path} holds no array ${name}: x_train, y_train, x_test and y_test are needed, but it has ${found || 'none'}.`,
  );
}

async function findArray(file: NpzFile, name: string): Promise<NpyArray> {
  const member = await file.zip.member(requiredFile(file, name));
  const { path } = member;
  if (member.packing === 'other') throw corrupt(path, 'is packed in a way that NumPy does not use');
  const header = npyHeader(path, await readStart(member));
  const byteLength = checkedByteLength(path, header, member.byteLength);
  return {
    ...{ path, byteLength, type: header.type, shape: header.shape, version: file.version },
    place:
      member.start === null ? null : { kind: 'file', path: file.path, start: member.start + header.start, byteLength },
    pieces: () => member.pieces(header.start),
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

async function readStart(member: ZipMember): Promise<Uint8Array> {
  const start = new Uint8Array(MAX_NPY_START_BYTES);
  let filled = 0;
  for await (const piece of member.pieces(0)) {
    start.set(piece.subarray(0, start.length - filled), filled);
    filled = Math.min(start.length, filled + piece.length);
    if (filled === start.length) break;
  }
  return start.subarray(0, filled);
}
