import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, type ExtractEvents, extract } from 'tar-stream';
import { AppError, corrupt, messageOf } from '#core/errors.ts';
import { type CifarFormat, type NamedBytes, recordCount } from './cifar-format.ts';
import { checkedFileSize, MAX_PACKING, unreadable } from './data-file.ts';

/** Three times the largest file of the authors' archives: a small archive must not unpack to more than memory holds. */
const MAX_ENTRY_BYTES = 2 ** 29;
const MAX_NAMES_BYTES = 2 ** 16;

type Entry = { readonly headers: ExtractEvents['entry'][0]; readonly content: ExtractEvents['entry'][1] };

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** The files of a format that are taken from an archive, kept in memory; nothing is written to disk. */
class CifarEntries {
  readonly files = new Map<string, NamedBytes>();
  readonly #format: CifarFormat;
  readonly #path: string;
  readonly #wanted: ReadonlySet<string>;
  readonly #maxEntryBytes: number;

  constructor(format: CifarFormat, path: string, archiveBytes: number) {
    this.#format = format;
    this.#path = path;
    this.#maxEntryBytes = Math.min(MAX_ENTRY_BYTES, archiveBytes * MAX_PACKING);
    this.#wanted = new Set([...format.trainingFiles, format.testFile, format.classNamesFile]);
  }

  /** Reads an entry that is wanted, skips another one; the size in its header is checked before its bytes come. */
  async take({ headers, content }: Entry): Promise<void> {
    const name = basename(headers.name);
    if (headers.type !== 'file' || !this.#wanted.has(name)) {
      content.resume();
      return;
    }
    const path = `${this.#path} (${headers.name})`;
    if (this.files.has(name)) throw corrupt(path, 'is there twice');
    this.#checkSize(path, name, headers.size);
    const bytes = new Uint8Array(headers.size);
    let filled = 0;
    for await (const piece of content) {
      bytes.set(piece as Uint8Array, filled);
      filled += (piece as Uint8Array).length;
    }
    this.files.set(name, { path, bytes });
  }

  #checkSize(path: string, name: string, byteCount: number): void {
    const isNames = name === this.#format.classNamesFile;
    if (byteCount > (isNames ? MAX_NAMES_BYTES : this.#maxEntryBytes)) throw corrupt(path, `claims ${byteCount} bytes`);
    if (!isNames) recordCount(this.#format, path, byteCount);
  }
}

function collect(archive: Extract, entries: CifarEntries): void {
  archive.on('entry', (headers, content, next) => {
    content.on('end', () => next());
    // An archive that fails destroys the entry being read with the same error, which nobody else may be listening for.
    content.on('error', next);
    entries.take({ headers, content }).catch(next);
  });
}

/** The data files inside the authors' .tar.gz (or the unpacked .tar), by their names without folders. */
export async function readCifarArchive(format: CifarFormat, path: string): Promise<Map<string, NamedBytes>> {
  const entries = new CifarEntries(format, path, await checkedFileSize(path));
  const archive = extract();
  collect(archive, entries);
  const unpack = (await isGzip(path)) ? createGunzip() : new PassThrough();
  try {
    await pipeline(createReadStream(path), unpack, archive);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw corrupt(path, `is no intact archive of ${format.name} (${messageOf(error)})`, error);
  }
  return entries.files;
}
