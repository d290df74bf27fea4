import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endExchange, meterReading, newExchangeMeter } from '#core/exchange/exchange-meter.ts';
import { type Connection, openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { writeStudyLines } from '../../src-main/sqlite/study-lines.ts';
import { stagedFile } from '../support/staged-file.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

const FIXTURE = new URL('../fixtures/trained-study.ndjson', import.meta.url);
const STUDY = 'fashion, cubic and linear';

/** A new database with what these lines say. */
function importing(lines: readonly string[]): Connection {
  const staging = stagedFile(lines);
  const database = openDatabase(join(temporaryFolder(), 'lab.sqlite'));
  const store = SqliteStore.over(database);
  store.importStudies(staging);
  for (let from: number | null = 1; from !== null; ) {
    from = store.importRuns({ staging, from, meter: newExchangeMeter() }).next;
  }
  return database;
}

function linesOf(database: Connection): readonly string[] {
  const lines: string[] = [];
  writeStudyLines(database, { reference: STUDY, meter: newExchangeMeter(), write: (line) => lines.push(line) });
  return lines;
}

it('lines that were imported give the same bytes when they are exported and imported again, also those of version 0.1.0', () => {
  const oldest = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n');
  const lines = linesOf(importing(oldest));
  expect(lines).toHaveLength(oldest.length);
  expect(lines[0]).toContain('"split":"in-order"');
  expect(linesOf(importing(lines))).toEqual(lines);
});

it('how many runs and events are written is told, and it ends where it is told to', () => {
  const database = importing(readFileSync(FIXTURE, 'utf8').trimEnd().split('\n'));
  const meter = newExchangeMeter();
  const written: string[] = [];
  const count = writeStudyLines(database, { reference: STUDY, meter, write: (line) => written.push(line) });
  expect(count).toBe(written.length);
  const { runs, ofRuns, events } = meterReading(meter);
  expect([runs, ofRuns, events]).toEqual([10, 10, written.length - 1]);
  const ended = newExchangeMeter();
  endExchange(ended);
  expect(writeStudyLines(database, { reference: STUDY, meter: ended, write: () => undefined })).toBeNull();
});
