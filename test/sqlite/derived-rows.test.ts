import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { RunEventBody } from '#core/run-event.ts';
import { wrongSummaries } from '../../src-main/sqlite/derived-rows.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import { fillDatabase } from '../support/full-home.ts';
import {
  checkpointSaved,
  epochFinished,
  newRun,
  numbered,
  profiled,
  runFinished,
  started,
  stemFrozen,
  stepSampled,
  temporaryFolder,
  temporaryStore,
} from '../support/store-fixtures.ts';

const BODIES: readonly RunEventBody[] = [
  ...[started, profiled(0.2, 0.8), stepSampled(0), epochFinished(1, { metrics: { topFiveError: 0.5 } })],
  ...[checkpointSaved(20, 10), stemFrozen, epochFinished(2)],
  {
    ...{ type: 'predictions.counted', split: 'test', classNames: ['cat', 'dog'], images: [50, 50] },
    ...{ predicted: [{ 0: 40, 1: 10 }, { 1: 50 }], topFiveErrors: null },
  },
  runFinished(),
];

function finishedRun() {
  const { store, path } = temporaryStore();
  store.enqueue([newRun('run-1'), newRun('run-2')]);
  store.appendEvents(numbered('run-1', BODIES));
  store.appendEvents(numbered('run-2', BODIES));
  return { store, path };
}

function wrongIn(path: string): readonly string[] {
  const database = new Database(path, { readonly: true });
  try {
    return wrongSummaries(database, readMigrations(MIGRATIONS));
  } finally {
    database.close();
  }
}

it('what is stored of events is what they give', () => {
  const path = `${temporaryFolder()}/lab.sqlite`;
  fillDatabase(path);
  expect(wrongIn(path)).toEqual([]);
  expect(wrongIn(finishedRun().path)).toEqual([]);
});

/** Each makes the home show something else of the first run than its events give. */
const CHANGES = [
  'UPDATE run_stats SET min = 0.001 WHERE run_id = 1 AND key_id = 3',
  'DELETE FROM run_stats WHERE run_id = 1 AND key_id > 3',
  "INSERT INTO metric_keys VALUES (99, 'epoch/odd'); INSERT INTO run_stats VALUES (1, 99, 1, 1, 1, 1, 1, 1, 1, 1, 0)",
  'UPDATE freezes SET active_seconds = 7 WHERE run_id = 1',
  'UPDATE runs SET epoch = 9, training_seconds = 1 WHERE id = 1',
  'UPDATE runs SET test_error = 0.05 WHERE id = 1',
  'UPDATE predictions SET errors = 11, balanced_accuracy = 0.95 WHERE run_id = 1',
];

it('what is not is named, and counted again from the events', () => {
  const { store, path } = finishedRun();
  const database = new Database(path);
  const rows = () => TABLES.map((table) => database.prepare(`SELECT * FROM ${table}`).all());
  const before = rows();
  database.pragma('foreign_keys = OFF');
  for (const change of CHANGES) {
    database.exec(change);
    expect(wrongIn(path), change).toEqual([expect.stringMatching(/^What lists show of run run-1 .*recount run-1/)]);
    expect(store.recount('run-1')).toBe(true);
    expect(rows(), change).toEqual(before);
    expect(store.recount('run-1')).toBe(false);
  }
  database.close();
});

const TABLES = ['runs', 'run_stats', 'freezes', 'unfreezes', 'profiles', 'predictions', 'epochs', 'metrics'];
