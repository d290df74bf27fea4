import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { fillDatabase, shownOf } from '../support/full-home.ts';
import {
  asOfMigration,
  knownSince,
  LAST_WITHOUT_CHECKSUMS,
  migrationNumbers,
  RELEASED,
} from '../support/older-database.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

/** From here on there are all tables that a run needs. */
const FIRST_WITH_SERIES = 50;

describe('a database with rows', () => {
  let filled: string;

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'freezeout-filled-'));
    filled = join(folder, 'lab.sqlite');
    fillDatabase(filled);
    return () => rmSync(folder, { recursive: true });
  });

  test('has been of the released version at one point', () => {
    expect(migrationNumbers()).toContain(RELEASED);
  });

  test.each(migrationNumbers().filter((number) => number >= FIRST_WITH_SERIES && number <= LAST_WITHOUT_CHECKSUMS))(
    'of migration %i is opened by this version, and shows what it showed',
    (number) => {
      const folder = temporaryFolder();
      for (const name of ['older', 'known']) mkdirSync(join(folder, name));
      const [older, known] = ['older', 'known'].map((name) => join(folder, name, 'lab.sqlite'));
      asOfMigration(filled, older, number);
      knownSince(filled, known, number);
      expect(shownOf(older)).toBe(shownOf(known));
      checkSound(older);
    },
  );
});

function checkSound(path: string): void {
  openDatabase(path).close();
  const database = new Database(path, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
}
