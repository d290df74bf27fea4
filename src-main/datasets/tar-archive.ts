import { basename } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, type ExtractEvents, extract } from 'tar-stream';
import { byteText } from '#core/byte-amount.ts';
import type { NamedBytes, TarRequest } from '#core/data/data-files.ts';
import { mostOfArchive } from '#core/data/unpacking.ts';
import { AppError, corrupt, messageOf } from '#core/errors.ts';
import { DATA_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';
import { checkedFileSize, readHead } from './data-file.ts';

/** The authors' archives have about ten. */
const MOST_ENTRIES = 1000;

type Entry = { readonly headers: ExtractEvents['entry'][0]; readonly content: ExtractEvents['entry'][1] };

async function isGzip(path: string): Promise<boolean> {
  const head = await readHead(path, 2);
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** The files that are taken from an archive, kept in memory; nothing is written to disk. */
class TarEntries {
  readonly files = new Map<string, NamedBytes>();
  readonly #path: string;
  readonly #request: TarRequest;
  readonly #mostBytes: number;
  #entries = 0;

  constructor(path: string, request: TarRequest, mostBytes: number) {
    this.#path = path;
    this.#request = request;
    this.#mostBytes = mostBytes;
  }

  /** Reads a wanted entry and skips any other; checks the size in its header before its bytes are read. */
  async take({ headers, content }: Entry): Promise<void> {
    this.#entries++;
    if (this.#entries > MOST_ENTRIES) throw this.#refused(`more than ${MOST_ENTRIES.toLocaleString('en-US')} files`);
    const name = basename(headers.name);
    if (headers.type !== 'file' || !this.#request.names.has(name)) {
      content.resume();
      return;
    }
    const path = `${this.#path} (${headers.name})`;
    if (this.files.has(name)) throw corrupt(path, 'is there twice');
    if (headers.size > this.#mostBytes) throw corrupt(path, `claims ${headers.size} bytes`);
    this.#request.check({ name, path, byteLength: headers.size });
    const bytes = new Uint8Array(headers.size);
    let filled = 0;
    for await (const piece of content) {
      bytes.set(piece as Uint8Array, filled);
      filled += (piece as Uint8Array).length;
    }
    this.files.set(name, { path, bytes });
  }

  /** What is unpacked, until it is more than such an archive holds. */
  async *upToMost(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let bytes = 0;
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > this.#mostBytes) throw this.#refused(`more than ${byteText(this.#mostBytes)} unpacked`);
      yield piece;
    }
  }

  #refused(holds: string): AppError {
    return corrupt(this.#path, `holds ${holds}, far more than an archive of ${this.#request.of} of its size`);
  }
}

function collect(archive: Extract, entries: TarEntries): void {
  archive.on('entry', (headers, content, next) => {
    content.on('end', () => next());
    // An archive that fails destroys the entry that is being read with the same error, and nobody else may listen for
    // that.
    content.on('error', next);
    entries.take({ headers, content }).catch(next);
  });
}

/** Implements `DataFiles.readTar`. */
export async function readTarArchive(path: string, request: TarRequest): Promise<ReadonlyMap<string, NamedBytes>> {
  const entries = new TarEntries(path, request, mostOfArchive(await checkedFileSize(path)));
  const archive = extract();
  collect(archive, entries);
  const unpack = (await isGzip(path)) ? createGunzip() : new PassThrough();
  try {
    await pipeline(ordinaryPieces(path, DATA_LIMIT), unpack, (pieces) => entries.upToMost(pieces), archive);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw corrupt(path, `is not an intact archive of ${request.of} (${messageOf(error)}): get it again`, error);
  }
  return entries.files;
}
