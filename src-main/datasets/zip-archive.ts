import { closeSync } from 'node:fs';
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import type { ZipArchive, ZipMember } from '#core/data/data-files.ts';
import { checkUnpacked } from '#core/data/unpacking.ts';
import { type AppError, corrupt, messageOf } from '#core/errors.ts';
import { DATA_LIMIT } from '../files/limits.ts';
import { openOrdinarySync } from '../files/ordinary-file.ts';
import { ZipReader } from './zip-reader.ts';

/** How a zip file holds a member. */
const PACKINGS: Readonly<Partial<Record<number, ZipMember['packing']>>> = { 0: 'stored', 8: 'deflated' };

/** NumPy's archives have a member for each array. */
const MOST_ENTRIES = 1000;

/** Runs `work` on a zip archive, which stays open until it has ended. */
export async function withZipArchive<T>(
  path: string,
  format: string,
  work: (zip: ZipArchive) => Promise<T>,
): Promise<T> {
  const { zip, damaged } = await opened(path, format);
  try {
    if (zip.entryCount > MOST_ENTRIES) {
      throw corrupt(
        path,
        `holds ${zip.entryCount.toLocaleString('en-US')} files, far more than an ${format} of a data set`,
      );
    }
    const entries = await entriesOf(zip).catch((error: unknown) => {
      throw damaged(error);
    });
    const taken = new Set<Entry>();
    return await work({
      names: [...entries.keys()],
      member: async (name) => {
        const entry = entries.get(name);
        if (entry === undefined) throw corrupt(path, `holds no ${name}`);
        taken.add(entry);
        const stored = [...taken].reduce((sum, { compressedSize }) => sum + compressedSize, 0);
        if (stored > zip.fileSize) throw corrupt(path, `claims ${stored} packed bytes, but has ${zip.fileSize}`);
        return memberOf(zip, entry, `${path} (${name})`);
      },
    });
  } finally {
    zip.close();
  }
}

/** The first names in a zip archive. Throws where it is none that can be read. */
export async function zipNames(path: string, most: number): Promise<readonly string[]> {
  const { zip, damaged } = await opened(path, 'zip archive');
  const names: string[] = [];
  try {
    for await (const { fileName } of zip.eachEntry()) {
      names.push(fileName);
      if (names.length >= most) break;
    }
  } catch (error) {
    throw damaged(error);
  } finally {
    zip.close();
  }
  return names;
}

/** The archive, and what to throw where it turns out damaged: it is called by its format then. */
async function opened(path: string, format: string) {
  const { descriptor, size } = openOrdinarySync(path, DATA_LIMIT);
  const damaged = (error: unknown) => corrupt(path, `is not an intact ${format} (${messageOf(error)})`, error);
  // The archive closes the descriptor once it and all that is read of it are closed.
  const options = { autoClose: false, lazyEntries: true };
  const opening = fromRandomAccessReaderPromise(new ZipReader(descriptor, size), size, options);
  const zip = await opening.catch((error: unknown) => {
    closeSync(descriptor);
    throw damaged(error);
  });
  return { zip, damaged };
}

async function entriesOf(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return entries;
}

async function memberOf(zip: ZipFile, entry: Entry, path: string): Promise<ZipMember> {
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  const packing = PACKINGS[compressionMethod] ?? 'other';
  if (packing !== 'other') checkUnpacked(path, uncompressedSize, compressedSize);
  const start = packing === 'stored' ? await startOf(zip, entry, path) : null;
  const pieces = (from: number) => piecesOf(zip, entry, { path, from });
  return { path, packing, byteLength: uncompressedSize, storedBytes: compressedSize, start, pieces };
}

/** Where the bytes of a stored member begin. */
async function startOf(zip: ZipFile, entry: Entry, path: string): Promise<number> {
  try {
    return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
  } catch (error) {
    throw notUnpacked(path, error);
  }
}

function notUnpacked(path: string, error: unknown): AppError {
  return corrupt(path, `cannot be unpacked (${messageOf(error)})`, error);
}

/** The member's bytes from byte `from` on, unpacked. */
async function* piecesOf(
  zip: ZipFile,
  entry: Entry,
  { path, from }: { readonly path: string; readonly from: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = -from;
  try {
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      const bytes = piece as Uint8Array;
      if (position + bytes.length > 0) yield bytes.subarray(Math.max(0, -position));
      position += bytes.length;
    }
  } catch (error) {
    throw notUnpacked(path, error);
  }
}
