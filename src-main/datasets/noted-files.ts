import type { DataFiles } from '#core/data/data-files.ts';
import { pathVersion } from './data-file.ts';

/**
 * These files, for a reader of whose paths a note is kept: what was there before they were read. A path that was missing counts
 * too, since a reader may prefer the file that appears there later.
 */
export function notedFiles(files: DataFiles): {
  readonly files: DataFiles;
  readonly versions: ReadonlyMap<string, string>;
} {
  const versions = new Map<string, string>();
  const note = async (path: string): Promise<void> => {
    if (!versions.has(path)) versions.set(path, await pathVersion(path));
  };
  const noting =
    <Rest extends readonly unknown[], Answer>(ask: (path: string, ...rest: Rest) => Promise<Answer>) =>
    async (path: string, ...rest: Rest): Promise<Answer> => {
      await note(path);
      return ask(path, ...rest);
    };
  const noted: DataFiles = {
    join: files.join,
    keepPixels: files.keepPixels,
    nextTurn: files.nextTurn,
    isFolder: noting(files.isFolder),
    exists: noting(files.exists),
    names: noting(files.names),
    size: noting(files.size),
    version: noting(files.version),
    read: noting(files.read),
    start: noting(files.start),
    head: noting(files.head),
    readTar: noting(files.readTar),
    pieces: async function* (path) {
      await note(path);
      yield* files.pieces(path);
    },
    withZip: async (path, format, work) => {
      await note(path);
      return files.withZip(path, format, work);
    },
  };
  return { files: noted, versions };
}

/** Whether everything is still there as it was noted. */
export async function areUnchanged(versions: Iterable<readonly [path: string, version: string]>): Promise<boolean> {
  for (const [path, version] of versions) {
    if ((await pathVersion(path)) !== version) return false;
  }
  return true;
}
