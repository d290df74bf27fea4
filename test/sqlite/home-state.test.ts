import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { HomeState } from '../../src-main/sqlite/home-state.ts';
import { MIGRATIONS } from '../../src-main/sqlite/migrate.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

function closedHome() {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const state = new HomeState(path);
  const database = openDatabase(path, MIGRATIONS, state);
  state.closing();
  database.close();
  state.closed();
  return { path, state };
}

test('a database is taken for properly closed only with the very bytes with which it was', () => {
  const { path, state } = closedHome();
  expect(state.isClosedProperly()).toBe(true);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(path, bytes);
  expect(state.isClosedProperly()).toBe(false);
});

test('a log next to a database that was closed is refused, and so is an open one whose log has gone', () => {
  const { path, state } = closedHome();
  const log = `${path}-wal`;
  writeFileSync(log, Buffer.alloc(4096, 1));
  expect(() => openDatabase(path, MIGRATIONS, state)).toThrow(/belongs to another database: move that log away/);
  rmSync(log);
  state.opening();
  writeFileSync(`${path}-shm`, '');
  expect(() => openDatabase(path, MIGRATIONS, state)).toThrow(/its log .*lab.sqlite-wal is missing: put the log back/);
  rmSync(`${path}-shm`);
  openDatabase(path, MIGRATIONS, state).close();
});
