import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageFolders, PathStatus } from '#core/data/data-files.ts';
import { LIST_LIMIT } from '../files/limits.ts';
import { readOrdinarySync } from '../files/ordinary-file.ts';
import { stampOf, unreadable } from './data-file.ts';

/** The folders of this machine. */
export const diskFolders: ImageFolders = {
  join,
  names: namesIn,
  status: statusOf,
  real: realPath,
  exists: (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  text: (path) => readOrdinarySync(path, LIST_LIMIT).toString(),
};

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function statusOf(path: string): PathStatus {
  try {
    const named = lstatSync(path, { bigint: true });
    const status = named.isSymbolicLink() ? statSync(path, { bigint: true }) : named;
    const { dev, ino, size } = status;
    const isFolder = status.isDirectory();
    return {
      ...{ isFolder, isFile: status.isFile() },
      ...{ stamp: stampOf(status), byteLength: Number(size) },
      identity: isFolder && ino !== 0n ? `${dev} ${ino}` : null,
      linkedTo: named.isSymbolicLink() ? realpathSync.native(path) : null,
    };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}
