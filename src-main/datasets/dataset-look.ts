import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { DatasetLook } from '#core/data/dataset-kind.ts';
import { FORMAT_BYTES, fileFormat } from '#core/data/file-formats.ts';
import { DATA_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';
import { isDirectory, readHead, unreadable } from './data-file.ts';
import { zipNames } from './zip-archive.ts';

/** More names tell nothing new. */
const MOST_NAMES = 2000;
/** Of one folder, so that a folder of photographs leaves room for the others. */
const MOST_OF_A_FOLDER = 300;
/** As deep as the readers look for the folder that holds the images. */
const DEEPEST = 4;
/** The names of an archive are read so far: the first entry is enough for those that are known. */
const MOST_UNPACKED = 2 ** 25;

/** Looks at the names in a folder or an archive. Throws as the readers of data sets do where the path cannot be read. */
export async function lookAt(path: string): Promise<DatasetLook> {
  if (await isDirectory(path)) return { isFolder: true, names: await namesBelow(path) };
  return { isFolder: false, names: await namesInArchive(path) };
}

/** An entry below the folder that is looked at. */
interface Entry {
  readonly path: string;
  /** From that folder on; a folder's ends with a slash. */
  readonly name: string;
  readonly isFolder: boolean;
}

async function namesBelow(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  let level = await entriesOf({ path, name: '', isFolder: true });
  for (let depth = 1; level.length > 0; depth++) {
    names.push(...level.map(({ name }) => name));
    const next: Entry[] = [];
    for (const entry of depth < DEEPEST ? level : []) {
      if (entry.isFolder && names.length + next.length < MOST_NAMES) next.push(...(await readableEntriesOf(entry)));
    }
    level = next;
  }
  return names;
}

/** Of a folder that cannot be read, none: whoever reads the data says so. */
async function readableEntriesOf(folder: Entry): Promise<readonly Entry[]> {
  return entriesOf(folder).catch(() => []);
}

/** The first entries of a folder, without hidden ones. */
async function entriesOf(folder: Entry): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of await opendir(folder.path)) {
      const isFolder = entry.isDirectory();
      const name = `${folder.name}${entry.name}${isFolder ? '/' : ''}`;
      if (!entry.name.startsWith('.')) entries.push({ path: join(folder.path, entry.name), name, isFolder });
      if (entries.length >= MOST_OF_A_FOLDER) break;
    }
  } catch (error) {
    throw unreadable(folder.path, error);
  }
  return entries;
}

async function namesInArchive(path: string): Promise<readonly string[]> {
  const format = fileFormat(await readHead(path, FORMAT_BYTES));
  if (format?.sort !== 'archive') return [];
  if (format.endings.includes('zip')) return zipNames(path, MOST_NAMES);
  if (format.endings.includes('gz')) return tarNames(path, createGunzip());
  return format.endings.includes('tar') ? tarNames(path, new PassThrough()) : [];
}

async function tarNames(path: string, unpack: Transform): Promise<readonly string[]> {
  const names: string[] = [];
  const archive = extract();
  archive.on('entry', ({ name, type }, content, next) => {
    names.push(type === 'directory' && !name.endsWith('/') ? `${name}/` : name);
    content.on('end', () => next());
    content.resume();
  });
  try {
    await pipeline(ordinaryPieces(path, DATA_LIMIT), unpack, (pieces) => upToMost(pieces), archive);
  } catch {
    // Cut off by the limit, damaged, or a packed file that is no archive: the names up to there tell what it is, or there are none.
  }
  return names;
}

async function* upToMost(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const piece of pieces) {
    yield piece;
    bytes += piece.length;
    if (bytes > MOST_UNPACKED) return;
  }
}
