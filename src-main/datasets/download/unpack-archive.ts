import { closeSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type ExtractEvents, extract } from 'tar-stream';
import { fromFdPromise } from 'yauzl';
import type { Unpacking } from '#core/data/known/known-dataset.ts';
import { AppError, corrupt, messageOf } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { DATA_LIMIT } from '../../files/limits.ts';
import { openOrdinarySync, ordinaryPieces } from '../../files/ordinary-file.ts';

/** More files or bytes than this times what the table says is no longer the archive that the table is about. */
const MOST_EXCESS = 2;
/** Smaller files are not brought to the disk one by one: a hundred thousand of them would take minutes. */
const SYNCED_BYTES = 2 ** 20;

export interface ArchiveToUnpack {
  readonly path: string;
  readonly unpacking: Unpacking;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called with the bytes that have been unpacked. */
  readonly unpacked: (bytes: number) => void;
}

/** Unpacks the wanted members of an archive; returns their names below the folder. Throws 'corrupt' where it is damaged or leads out of the folder, and 'no-space'. */
export async function unpackArchive(archive: ArchiveToUnpack): Promise<readonly string[]> {
  const { path, unpacking } = archive;
  const members = new UnpackedMembers(archive);
  try {
    await (unpacking.format === 'zip' ? unpackZip(archive, members) : unpackTar(archive, members));
  } catch (error) {
    if (error instanceof AppError || archive.signal.aborted) throw error;
    if (errorCodeOf(error) === 'ENOSPC') {
      throw new AppError('no-space', `The disk of ${archive.folder} is full: free some space, then try again.`);
    }
    throw corrupt(path, `cannot be unpacked (${messageOf(error)})`, error);
  }
  if (members.names.length === 0) throw corrupt(path, 'holds none of the files of this data set');
  return members.names;
}

/** What is taken out of an archive. */
class UnpackedMembers {
  /** Below the folder. */
  readonly names: string[] = [];
  #bytes = 0;
  readonly #archive: ArchiveToUnpack;

  constructor(archive: ArchiveToUnpack) {
    this.#archive = archive;
  }

  /** Where a member goes below the folder; null for one that is not wanted. Throws where its name leads out of the folder. */
  placeOf(member: string): string | null {
    const { path, unpacking } = this.#archive;
    if (!unpacking.members.test(member)) return null;
    const steps = member.replace(unpacking.members, unpacking.to).split('/');
    if (steps.some(leadsOut))
      throw corrupt(`${path} (${JSON.stringify(member)})`, 'does not name a file in its archive');
    return steps.join('/');
  }

  /** Writes a member under the name that `placeOf` gave. */
  async write(name: string, content: AsyncIterable<unknown>): Promise<void> {
    const { folder, unpacking, unpacked, signal } = this.#archive;
    this.names.push(name);
    if (this.names.length > MOST_EXCESS * unpacking.files) {
      this.#refuse(`more than ${MOST_EXCESS * unpacking.files} files`);
    }
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'wx');
    try {
      let size = 0;
      for await (const piece of content) {
        signal.throwIfAborted();
        const bytes = piece as Uint8Array;
        size += bytes.length;
        this.#bytes += bytes.length;
        if (this.#bytes > MOST_EXCESS * unpacking.bytes)
          this.#refuse(`more than ${MOST_EXCESS * unpacking.bytes} bytes`);
        await file.writeFile(bytes);
      }
      if (size >= SYNCED_BYTES) await file.sync();
    } finally {
      await file.close();
    }
    unpacked(this.#bytes);
  }

  #refuse(what: string): never {
    throw corrupt(this.#archive.path, `holds ${what}, far more than the data set has`);
  }
}

/** Whether a step of a path is anything but the name of a file or folder, on any system. */
function leadsOut(step: string): boolean {
  return step === '' || step === '.' || step === '..' || /[\\:\0]/.test(step);
}

type TarEntry = { readonly headers: ExtractEvents['entry'][0]; readonly content: ExtractEvents['entry'][1] };

async function unpackTar({ path, signal }: ArchiveToUnpack, members: UnpackedMembers): Promise<void> {
  const archive = extract();
  const take = async ({ headers, content }: TarEntry): Promise<void> => {
    // Links and devices are left out: nothing that is read needs them.
    const place = headers.type === 'file' ? members.placeOf(headers.name) : null;
    if (place !== null) await members.write(place, content);
    content.resume();
  };
  archive.on('entry', (headers, content, next) => {
    // An archive that fails destroys the entry that is being read with the same error.
    content.on('error', next);
    take({ headers, content }).then(() => next(), next);
  });
  await pipeline(ordinaryPieces(path, DATA_LIMIT), createGunzip(), archive, { signal });
}

/** The type of a file in the upper half of a zip member's attributes, as Unix writes it; 0 where another system did. */
const FILE_TYPE = 0o170000;
const REGULAR_FILE = 0o100000;

async function unpackZip({ path, signal }: ArchiveToUnpack, members: UnpackedMembers): Promise<void> {
  const { descriptor } = openOrdinarySync(path, DATA_LIMIT);
  const zip = await fromFdPromise(descriptor, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    closeSync(descriptor);
    throw error;
  });
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
      const isFile = !entry.fileName.endsWith('/') && (type === 0 || type === REGULAR_FILE);
      const place = isFile ? members.placeOf(entry.fileName) : null;
      if (place !== null) await members.write(place, await zip.openReadStreamPromise(entry));
    }
  } finally {
    zip.close();
  }
}
