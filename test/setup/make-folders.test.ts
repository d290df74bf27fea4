import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolders } from '../../src-main/setup/make-folders.mjs';
import { temporaryFolder } from './temporary-folder.ts';

test('makes a folder with those above it, and leaves one that is there', () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  makeFolders(folder, 0o700);
  makeFolders(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('says that a file is in its place, or above it', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolders(file)).toThrow('EEXIST');
  expect(() => makeFolders(join(file, 'a', 'b'))).toThrow(/EEXIST|ENOTDIR/);
});

test.runIf(existsSync('/proc/self'))('ends where a file system makes no folders', () => {
  expect(() => makeFolders('/proc/none/folder')).toThrow('ENOENT');
});
