import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { acquireHome } from '../../src-main/sqlite/lock.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { epochFinished, newRun, numbered, started, stepSampled, temporaryFolder } from '../support/store-fixtures.ts';

const APPEND_EPOCHS = fileURLToPath(new URL('../support/append-epochs.ts', import.meta.url));
const KILLS = Number(process.env.FREEZEOUT_LAB_TEST_KILLS ?? 50);

/** Our code, compiled once: starting a program is most of what these tests wait for. */
const COMPILED = mkdtempSync(join(tmpdir(), 'freezeout-compiled-'));
afterAll(() => rmSync(COMPILED, { recursive: true }));

function appendEpochs(home: string, next: { epoch: number; seq: number }, count = Number.POSITIVE_INFINITY) {
  const options = [home, 'run-1', next.epoch, next.seq, count].map(String);
  return spawn(process.execPath, [APPEND_EPOCHS, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
}

function homeWithRun(): string {
  const home = temporaryFolder();
  const store = SqliteStore.open(join(home, 'lab.sqlite'));
  store.enqueue([newRun('run-1')]);
  store.close();
  return home;
}

// Node writes its cache when a process ends by itself, never at a kill.
beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'freezeout-warm-'));
  await once(appendEpochs(home, { epoch: 1, seq: 1 }, 0), 'close');
  rmSync(home, { recursive: true });
});

/** Lets the program append epochs, kills it `delayMs` after the first, and returns the last epoch it saw stored. */
async function appendUntilKilled(home: string, next: { epoch: number; seq: number }, delayMs: number): Promise<number> {
  const child = appendEpochs(home, next);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child.stdout, 'data');
  await wait(delayMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  // A line that was cut short is no acknowledgement.
  return Number(output.split('\n').at(-2));
}

/** Kills the owner of one home again and again; each goes on where the one before was killed. */
async function survive(kills: number): Promise<void> {
  const home = homeWithRun();
  const path = join(home, 'lab.sqlite');
  let next = { epoch: 1, seq: 1 };
  for (let kill = 0; kill < kills; kill++) {
    const acknowledged = await appendUntilKilled(home, next, Math.random() * 40);
    checkIntegrity(path);
    const store = SqliteStore.open(path);
    const { epochs, epoch, lastSeq } = store.run('run-1');
    store.close();
    // Stored, but not yet told when the kill came: at most the one that was under way.
    expect(epoch - acknowledged).toBeGreaterThanOrEqual(0);
    expect(epoch - acknowledged).toBeLessThanOrEqual(1);
    expect(epochs.map(({ trainLoss }) => trainLoss)).toEqual(Array.from({ length: epoch }, (_, index) => index + 1));
    next = { epoch: epoch + 1, seq: lastSeq + 1 };
  }
}

function checkIntegrity(path: string): void {
  const database = new Database(path);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
}

test(`${KILLS} kills at random moments lose no epoch that was stored`, async () => {
  await Promise.all([survive(Math.ceil(KILLS / 2)), survive(Math.floor(KILLS / 2))]);
});

test('the owner of a home keeps others out, and the kernel frees the home when it is killed', async () => {
  const home = homeWithRun();
  const child = appendEpochs(home, { epoch: 1, seq: 1 });
  await once(child.stdout, 'data');
  expect(acquireHome(home)).toBeNull();
  child.kill('SIGKILL');
  await once(child, 'close');
  const lock = acquireHome(home);
  expect(lock).not.toBeNull();
  expect(acquireHome(home)).toBeNull();
  lock?.release();
});

test('a full disk is told, keeps what was stored, and storing goes on when there is space again', () => {
  const database = openDatabase(join(temporaryFolder(), 'lab.sqlite'));
  const store = new SqliteStore(database);
  store.enqueue([newRun('run-1')]);
  store.appendEvents(numbered('run-1', [started, epochFinished(1)]));
  const before = store.run('run-1');
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
  const samples = Array.from({ length: 2000 }, (_, step) => stepSampled(step));
  const events = numbered('run-1', [epochFinished(2), ...samples], 3);
  expect(() => store.appendEvents(events)).toThrow(
    expect.objectContaining({ code: 'no-space', message: expect.stringContaining('free some space') }),
  );
  expect(store.run('run-1')).toEqual(before);
  database.pragma('max_page_count = 1000000');
  store.appendEvents(events);
  expect(store.run('run-1').epoch).toBe(2);
  expect(store.events('run-1')).toHaveLength(2003);
  store.close();
});
