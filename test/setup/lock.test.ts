import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../src-main/setup/lock.mjs';
import { ended, fileThere, killed, startScript, until } from './child-script.ts';
import { temporaryFolder } from './temporary-folder.ts';

function unexpectedWait(pid: number): void {
  throw new Error(`waited for ${pid}`);
}

/** Takes the lock, tells so by a file, and holds it. */
function holder(lock: string, sign: string): string {
  return `
    import { writeFileSync } from 'node:fs';
    import { withLock } from 'SETUP/lock.mjs';
    const work = async () => { writeFileSync('${sign}', ''); await new Promise((resolve) => setTimeout(resolve, 60_000)); };
    await withLock('${lock}', { work, onWait: () => {} });`;
}

test('a second one waits for the first, and is told for whom', async () => {
  const lock = join(temporaryFolder(), 'a.lock');
  const waitedFor: number[] = [];
  const done: string[] = [];
  const first = withLock(lock, {
    onWait: unexpectedWait,
    work: async () => {
      await until(() => waitedFor.length > 0);
      done.push('first');
    },
  });
  const second = withLock(lock, { onWait: (pid) => waitedFor.push(pid), work: async () => done.push('second') });
  await Promise.all([first, second]);
  expect(done).toEqual(['first', 'second']);
  expect(waitedFor).toEqual([process.pid]);
  expect(existsSync(lock)).toBe(false);
});

test('a failure frees the lock', async () => {
  const lock = join(temporaryFolder(), 'a.lock');
  const failing = withLock(lock, { onWait: unexpectedWait, work: () => Promise.reject(new Error('no')) });
  await expect(failing).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a killed process does not count', async () => {
  const folder = temporaryFolder();
  const lock = join(folder, 'a.lock');
  const child = startScript(holder(lock, join(folder, 'sign')));
  await fileThere(join(folder, 'sign'));
  await killed(child);
  expect(existsSync(lock)).toBe(true);
  expect(await withLock(lock, { onWait: unexpectedWait, work: async () => 'mine' })).toBe('mine');
});

test('nor does one whose process id was given to another process', async () => {
  const lock = join(temporaryFolder(), 'a.lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: 'earlier' }));
  expect(await withLock(lock, { onWait: unexpectedWait, work: async () => 'mine' })).toBe('mine');
});

test('nor one that was never filled in', async () => {
  const lock = join(temporaryFolder(), 'a.lock');
  writeFileSync(lock, '');
  utimesSync(lock, new Date(0), new Date(0));
  expect(await withLock(lock, { onWait: unexpectedWait, work: async () => 'mine' })).toBe('mine');
});

test.each([
  ['cut', '{"pid":12'],
  ['of another program', '[1, 2, 3]'],
  ['without a process', '{"pid":0,"startedAt":null}'],
  ['of no JSON', 'locked by hand\n'],
  ['too long', 'x'.repeat(5000)],
])('nor one that is %s, after a moment in which it may still be written', async (_, content) => {
  const lock = join(temporaryFolder(), 'a.lock');
  writeFileSync(lock, content);
  utimesSync(lock, new Date(0), new Date(0));
  expect(await withLock(lock, { onWait: unexpectedWait, work: async () => 'mine' })).toBe('mine');
});

test('nor an empty one from the future, since the clock may have been set back', async () => {
  const lock = join(temporaryFolder(), 'a.lock');
  writeFileSync(lock, '');
  const future = new Date(Date.now() + 3_600_000);
  utimesSync(lock, future, future);
  expect(await withLock(lock, { onWait: unexpectedWait, work: async () => 'mine' })).toBe('mine');
});

test('a folder in its place is named', async () => {
  const lock = join(temporaryFolder(), 'a.lock');
  mkdirSync(lock);
  const locking = withLock(lock, { onWait: unexpectedWait, work: async () => 'mine' });
  await expect(locking).rejects.toThrow(`${lock} is not a file that a set-up wrote: remove it, then try again.`);
});

test.runIf(existsSync('/proc/self/stat'))('nobody waits for a process that was stopped', async () => {
  const folder = temporaryFolder();
  const lock = join(folder, 'a.lock');
  const child = startScript(holder(lock, join(folder, 'sign')));
  await fileThere(join(folder, 'sign'));
  child.kill('SIGSTOP');
  await expect(withLock(lock, { onWait: () => undefined, work: async () => 'mine' })).rejects.toThrow(
    `Process ${child.pid}, which holds ${lock}, is stopped: continue it with \`kill -CONT ${child.pid}\``,
  );
  await killed(child);
});

test('several processes that find a dead lock never work at the same time', async () => {
  const folder = temporaryFolder();
  const lock = join(folder, 'a.lock');
  const counter = join(folder, 'counter');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: 'earlier' }));
  writeFileSync(counter, '0');
  const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { withLock } from 'SETUP/lock.mjs';
    const work = async () => {
      const count = Number(readFileSync('${counter}', 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 10));
      writeFileSync('${counter}', String(count + 1));
    };
    for (let round = 0; round < 3; round++) await withLock('${lock}', { work, onWait: () => {} });`;
  const codes = await Promise.all([1, 2, 3, 4].map(() => ended(startScript(script))));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(counter, 'utf8')).toBe('12');
});
