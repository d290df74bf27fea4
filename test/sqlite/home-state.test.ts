import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openOwnDatabase } from '../../src-main/sqlite/database.ts';
import { HomeState } from '../../src-main/sqlite/home-state.ts';
import { hasLostChanges, salvageDatabase } from '../../src-main/sqlite/restore.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { epochFinished, newRun, numbered, started, temporaryFolder } from '../support/store-fixtures.ts';

function closedHome() {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const state = new HomeState(path);
  open(path, state).close();
  closeAfter(state);
  return { path, state };
}

function open(path: string, state: HomeState, mayWait = false) {
  return openOwnDatabase(state, path, mayWait).database;
}

function closeAfter(state: HomeState): void {
  state.closing();
  state.closed();
}

function flipLastBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(path, bytes);
}

test('a database is taken for properly closed only with the very bytes with which it was', () => {
  const { path, state } = closedHome();
  for (const mayWait of [false, true]) expect(state.neededLook(mayWait).when).toBe(mayWait ? 'meanwhile' : 'never');
  flipLastBit(path);
  for (const mayWait of [false, true]) expect(state.neededLook(mayWait).when).toBe('first');
});

test('a database with the bytes with which it was closed needs no look, whoever has touched it', () => {
  const { path, state } = closedHome();
  utimesSync(path, 1, 1);
  expect(state.neededLook(true)).toEqual({ when: 'never' });
});

test('a look may wait where the owner was killed, but not where nothing is known of the file', () => {
  const { path, state } = closedHome();
  open(path, state).close();
  expect(state.neededLook(true)).toEqual({ when: 'meanwhile', content: null });
  expect(state.neededLook(false)).toEqual({ when: 'first' });
  rmSync(`${path}.state`);
  expect(state.neededLook(true)).toEqual({ when: 'first' });
});

test('a pipe and a device in the place of the state tell nothing, and hold nobody up', () => {
  const { path, state } = closedHome();
  rmSync(`${path}.state`);
  execFileSync('mkfifo', [`${path}.state`]);
  expect(state.neededLook(true)).toEqual({ when: 'first' });
  rmSync(`${path}.state`);
  symlinkSync('/dev/zero', `${path}.state`);
  expect(state.neededLook(true)).toEqual({ when: 'first' });
});

test('what nobody has looked at, and what was found damaged, is not said to be closed', () => {
  const { path, state } = closedHome();
  open(path, state).close();
  const next = new HomeState(path);
  open(path, next, true).close();
  closeAfter(next);
  expect(state.neededLook(true)).toEqual({ when: 'meanwhile', content: null });
  next.lookedAt(false);
  closeAfter(next);
  expect(state.neededLook(true)).toEqual({ when: 'first' });
  open(path, state).close();
  closeAfter(state);
  expect(state.neededLook(false)).toEqual({ when: 'never' });
});

test('a log next to a database that was closed is refused, and so is an open one whose log has gone', () => {
  const { path, state } = closedHome();
  const log = `${path}-wal`;
  writeFileSync(log, Buffer.alloc(4096, 1));
  expect(() => open(path, state)).toThrow(/belongs to another database: move that log away/);
  rmSync(log);
  state.opening({ when: 'never' });
  writeFileSync(`${path}-shm`, '');
  expect(() => open(path, state)).toThrow(/its log .*lab.sqlite-wal is missing: put the log back/);
  rmSync(`${path}-shm`);
  open(path, state).close();
});

test('a database that lacks what its owner had stored is refused once its log and the index are gone, and kept when asked', async () => {
  const home = temporaryFolder();
  const store = await openStore(home);
  await store?.enqueue([newRun('run-1')]);
  const state = join(home, 'lab.sqlite.state');
  await vi.waitFor(() => expect(readFileSync(state, 'utf8')).toContain('"reached":{"run":"run-1","seq":0}'), 5000);
  await store?.appendEvents(numbered('run-1', [started, epochFinished(1)]));
  await vi.waitFor(() => expect(readFileSync(state, 'utf8')).toContain('"reached":{"run":"run-1","seq":2}'), 5000);
  // As a kill leaves it, with rows that are only in the log.
  const killed = temporaryFolder();
  for (const name of ['lab.sqlite', 'lab.sqlite-wal', 'lab.sqlite.state']) cpSync(join(home, name), join(killed, name));
  const whole = await openStore(killed);
  expect((await whole?.run('run-1'))?.epochs).toHaveLength(1);
  await whole?.close();
  rmSync(join(killed, 'lab.sqlite'));
  for (const name of ['lab.sqlite', 'lab.sqlite.state']) cpSync(join(home, name), join(killed, name));
  await store?.close();

  for (let tries = 0; tries < 2; tries++) {
    await expect(openStore(killed)).rejects.toThrow(
      /are lost, since its log .*-wal is missing \(run run-1 is not in it\): put the log back, or go on without them/,
    );
  }
  expect(hasLostChanges(killed)).toBe(true);
  expect(salvageDatabase(killed).lost).toBe(0);
  const rest = await openStore(killed);
  expect(await rest?.runs({})).toEqual([]);
  await rest?.close();
});

test('a run that was deleted is not missed', async () => {
  const home = temporaryFolder();
  const store = await openStore(home);
  await store?.enqueue([newRun('run-1')]);
  await store?.purge('run-1');
  expect(readFileSync(join(home, 'lab.sqlite.state'), 'utf8')).toContain('"reached":null');
  await store?.close();
});
