import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DataFiles } from '#core/data/data-files.ts';
import {
  checkedFileSize,
  fileExists,
  fileVersion,
  folderNames,
  isDirectory,
  readDataFile,
  readHead,
  readPieces,
  readStart,
} from './data-file.ts';
import { keepPixels } from './pixel-store.ts';
import { readTarArchive } from './tar-archive.ts';
import { withZipArchive } from './zip-archive.ts';

/** The files of this machine. */
export const diskFiles: DataFiles = {
  join,
  isFolder: isDirectory,
  exists: fileExists,
  names: folderNames,
  size: checkedFileSize,
  version: fileVersion,
  read: readDataFile,
  pieces: readPieces,
  start: readStart,
  head: readHead,
  readTar: readTarArchive,
  withZip: withZipArchive,
  keepPixels: (sources) => keepPixels(sources),
  nextTurn: () => setImmediate(),
};
