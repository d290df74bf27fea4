import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What is wrong with the database of a home that nobody has open; empty where it is sound. */
export function unsoundIn(home: string): string[] {
  const database = new Database(join(home, 'lab.sqlite'), { readonly: true });
  const integrity = database.pragma('integrity_check') as { readonly integrity_check: string }[];
  const foreign = database.pragma('foreign_key_check') as object[];
  database.close();
  return [
    ...integrity.filter((line) => line.integrity_check !== 'ok').map((line) => `integrity: ${line.integrity_check}`),
    ...foreign.map((row) => `a reference to nothing: ${JSON.stringify(row)}`),
  ];
}

/** What is left of files that were never put in place, of a socket or of a log that nobody folded in. */
export function leftoversIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tmp|part|new|sock)$|-wal$|-journal$/.test(name))
    .map((name) => `the file ${name}`);
}

/** The processes that were started on a home and live on, by their numbers. */
export function processesOn(home: string): number[] {
  const numbers = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return numbers.filter((number) => number !== process.pid && textOf(`/proc/${number}/environ`).includes(home));
}

/** Empty for a process that ended meanwhile or is not ours. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
