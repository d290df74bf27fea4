import { statSync } from 'node:fs';
import { AppError } from '#core/errors.ts';
import { restoreAdvice } from './backup-files.ts';
import { isOfSqlite, readHeader } from './header-bytes.ts';

/** "FrOL", in the header of every database of FreezeOut Lab. */
export const APPLICATION_ID = 0x46724f4c;

// https://www.sqlite.org/fileformat.html#the_database_header
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

export const ANOTHER_HOME = 'choose another folder with --home';

/** Refuses a foreign or newer database before SQLite opens it, because merely opening a file may change it. */
export function checkHeader(path: string, newestSchema: number): void {
  const header = readHeader(path);
  if (!isOfSqlite(header)) {
    const state = statSync(path).size === 0 ? 'is empty' : 'is damaged or not a database';
    throw new AppError('corrupt', `${path} ${state}: ${restoreAdvice(path)}; nothing was changed.`);
  }
  if (header.readInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
    throw new AppError('conflict', `${path} belongs to another program: ${ANOTHER_HOME}; nothing was changed.`);
  }
  const schema = schemaIn(header);
  if (schema > newestSchema) throw newerDatabase(path, schema, newestSchema);
}

export function newerDatabase(path: string, schema: number, newestSchema: number): AppError {
  const state = `${path} has schema ${schema}, but this program only knows schemas up to ${newestSchema}`;
  return new AppError('conflict', `${state}: use a newer FreezeOut Lab, or ${ANOTHER_HOME}; nothing was changed.`);
}

/** The number of the newest migration in the file, without what a log next to it holds. */
export function schemaNumber(path: string): number {
  return schemaIn(readHeader(path));
}

function schemaIn(header: Buffer): number {
  return header.readUInt32BE(USER_VERSION_AT);
}
