import { parentPort } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import type { Readings } from '#core/ports.ts';
import { type Connection, openReadOnly } from './database.ts';
import { SqliteReader } from './reader.ts';
import { serveThread } from './served-thread.ts';
import type { Synchronous } from './synchronous.ts';

/** What the thread answers: the readings of the database that was opened. */
export interface ReaderFunctions extends Synchronous<Readings> {
  open(path: string): void;
  close(): void;
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

function methodOfReader(name: string): (...input: unknown[]) => unknown {
  return (...input) => {
    if (reader === null) throw new AppError('unavailable', 'The reader is not open: open a database first.');
    return Reflect.apply(reader[name as keyof Readings], reader, input);
  };
}

if (parentPort !== null) serveThread(parentPort, { open, close }, methodOfReader);
