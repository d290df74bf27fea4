import { closeSync, constants, openSync, readSync } from 'node:fs';

// https://www.sqlite.org/fileformat.html#the_database_header
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
/** Of who may write the file and who may read it: 1, or 2 with a log. SQLite never writes a file with another one. */
const FORMATS_AT = [18, 19];
const NEWEST_FORMAT = 2;

/** A pipe that nobody writes holds nobody up; Windows has no pipes among its files. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The bytes of the header, with zeros where the file is shorter. */
export function readHeader(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, FLAGS);
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  return header;
}

/** Whether a file with this header is a database that can be used; an empty one, and one that lost its beginning, is none. */
export function isOfSqlite(header: Buffer): boolean {
  const isMarked = header.toString('latin1', 0, MAGIC.length) === MAGIC;
  return isMarked && FORMATS_AT.every((place) => header[place] >= 1 && header[place] <= NEWEST_FORMAT);
}
