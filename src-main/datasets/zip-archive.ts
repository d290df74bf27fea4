import { closeSync } from 'node:fs';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { MAX_PACKING, type ZipArchive, type ZipMember } from '#core/data/data-files.ts';
import { corrupt, messageOf } from '#core/errors.ts';
import { DATA_LIMIT } from '../files/limits.ts';
import { openOrdinarySync } from '../files/ordinary-file.ts';

/** How a zip file holds a member. */
const PACKINGS: Readonly<Partial<Record<number, ZipMember['packing']>>> = { 0: 'stored', 8: 'deflated' };

/** Runs `work` on a zip archive, which stays open until it has ended. */
export async function withZipArchive<T>(
  path: string,
  format: string,
  work: (zip: ZipArchive) => Promise<T>,
): Promise<T> {
  const { descriptor } = openOrdinarySync(path, DATA_LIMIT);
  const damaged = (error: unknown) => corrupt(path, `is not an intact ${format} (${messageOf(error)})`, error);
  // The archive closes the descriptor once it and all that is read of it are closed.
  const zip = await fromFdPromise(descriptor, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    closeSync(descriptor);
    throw damaged(error);
  });
  try {
    const entries = await entriesOf(zip).catch((error: unknown) => {
      throw damaged(error);
    });
    return await work({
      names: [...entries.keys()],
      member: async (name) => {
        const entry = entries.get(name);
        if (entry === undefined) throw corrupt(path, `holds no ${name}`);
        return memberOf(zip, entry, `${path} (${name})`);
      },
    });
  } finally {
    zip.close();
  }
}

async function entriesOf(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return entries;
}

async function memberOf(zip: ZipFile, entry: Entry, path: string): Promise<ZipMember> {
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  const packing = PACKINGS[compressionMethod] ?? 'other';
  if (packing !== 'other' && uncompressedSize > compressedSize * MAX_PACKING) {
    throw corrupt(path, `claims ${uncompressedSize} bytes, more than its ${compressedSize} packed ones can hold`);
  }
  const start =
    packing === 'stored' ? (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart : null;
  return { path, packing, byteLength: uncompressedSize, start, pieces: (from) => piecesOf(zip, entry, { path, from }) };
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
    throw corrupt(path, `cannot be unpacked (${messageOf(error)})`, error);
  }
}
