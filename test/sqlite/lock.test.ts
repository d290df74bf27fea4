import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { acquireHome } from '../../src-main/sqlite/lock.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

const places: readonly (readonly [string, (path: string) => void])[] = [
  ['a folder', mkdirSync],
  ['a dangling link', (path) => symlinkSync('/nowhere/lock', path)],
  ['a link to another home', (path) => symlinkSync(join(temporaryFolder(), 'lab.lock'), path)],
  ['a pipe', (path) => void execFileSync('mkfifo', [path])],
];

it.each(places)('refuses %s in the place of the lock, by name', (_, put) => {
  const path = join(temporaryFolder(), 'lab.lock');
  put(path);
  expect(() => acquireHome(join(path, '..'))).toThrow(
    `${path} is not an ordinary file, as the lock of a home has to be: move`,
  );
});

it('asks to remove a file that is no lock, which holds nothing', () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'lab.lock'), 'x'.repeat(5000));
  expect(() => acquireHome(home)).toThrow('is not the lock of a home: remove it');
});

it('is had once, and again once it was released', () => {
  const home = temporaryFolder();
  const lock = acquireHome(home);
  expect(lock).not.toBeNull();
  expect(acquireHome(home)).toBeNull();
  lock?.release();
  const next = acquireHome(home);
  expect(next).not.toBeNull();
  next?.release();
});
