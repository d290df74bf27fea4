import { AppError } from '#core/errors.ts';
import { type Serve, serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { type Connection, openReadOnly } from './database.ts';
import { packReading } from './packed-readings.ts';
import { SqliteReader } from './reader.ts';
import { withAppErrors } from './sqlite-error.ts';

// Entry of the thread that answers the readings of pages, packed by `packReading`.

/** The functions of the thread in addition to the readings. */
export interface ReaderFunctions {
  open(path: string): void;
  close(): void;
  /** Sentences on the rows that the readings left out. */
  leftOutRows(): readonly string[];
}

let database: Connection | null = null;
let reader: SqliteReader | null = null;

function open(path: string): void {
  database = openReadOnly(path);
  reader = new SqliteReader(database);
}

function close(): void {
  database?.close();
  reader = null;
}

const serve: Serve = (name) => {
  if (name === 'open' || name === 'close') return serveMethodsOf({ open, close })(name);
  if (reader === null) throw new AppError('unavailable', 'The reader is not open: open a database first.');
  const read = serveMethodsOf(reader)(name);
  const path = database?.name ?? '';
  return read && ((...input) => withAppErrors(path, () => packReading(name, read(...input))));
};

serveThread(serve);
