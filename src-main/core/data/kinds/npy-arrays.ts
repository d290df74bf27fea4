import { badRequest, corrupt } from '../../errors.ts';
import type { DataFiles, PixelSource, ZipArchive, ZipMember } from '../data-files.ts';
import { MAX_NPY_START_BYTES, type NpyHeader, npyHeader, valueBytes, valueCount } from './npy-header.ts';

/** One array of an .npz file. */
export interface NpyArray extends PixelSource, NpyHeader {}

/** An open .npz file. */
export interface NpzFile {
  readonly path: string;
  /** The names of its arrays, without `.npy`. */
  readonly names: readonly string[];
  /** Throws one sentence for a damaged array. */
  array(name: string): Promise<NpyArray>;
}

interface NpzArchive {
  readonly path: string;
  readonly version: string;
  readonly zip: ZipArchive;
}

const ENDING = '.npy';

/** Runs `work` on an .npz file, whose arrays stay readable until `work` ends. */
export async function withNpyArrays<T>(
  path: string,
  files: DataFiles,
  work: (file: NpzFile) => Promise<T>,
): Promise<T> {
  return files.withZip(path, '.npz file', async (zip) => {
    const archive = { path, zip, version: await files.version(path) };
    const names = zip.names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
    if (names.length === 0 && zip.names.length > 0) {
      const found = zip.names.slice(0, 3).join(', ');
      throw badRequest(
        `${path} is a zip archive without NumPy arrays (it holds ${found}): unpack it, and give what is in it.`,
      );
    }
    return work({ path, names, array: (name) => readArray(archive, name) });
  });
}

async function readArray({ path: archive, version, zip }: NpzArchive, name: string): Promise<NpyArray> {
  const member = await zip.member(name + ENDING);
  const { path } = member;
  if (member.packing === 'other') throw corrupt(path, 'is packed in a way that NumPy does not use');
  const header = npyHeader(path, await readStart(member));
  const byteLength = checkedByteLength(path, header, member.byteLength);
  const place = { kind: 'file', path: archive, start: (member.start ?? 0) + header.start, byteLength } as const;
  return {
    ...header,
    ...{ path, byteLength, storedBytes: member.storedBytes, version, place: member.start === null ? null : place },
    pieces: () => member.pieces(header.start),
  };
}

/** What follows the header. Where its size is known, the header has to promise just that. */
function checkedByteLength(path: string, header: NpyHeader, fileBytes: number): number {
  const held = fileBytes - header.start;
  const size = valueBytes(header);
  if (size === null || valueCount(header) * size === held) return held;
  throw corrupt(
    path,
    `promises ${header.shape.join(' x ')} values of type ${header.type} in its header, but holds ${held} bytes`,
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
