import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeHome } from '../src-main/made-home.ts';
import { temporaryFolder } from './support/store-fixtures.ts';

it('makes the folder of a home with those above it', () => {
  const home = join(temporaryFolder(), 'a', 'b\nc');
  makeHome(home);
  expect(existsSync(home)).toBe(true);
});

it.each([
  ['a file', /is a file, not a folder: choose another folder with --home\.$/],
  ['a file/below', /cannot be made \(.*\): choose another folder with --home\.$/],
  ['a link', /is a link to \/nowhere, where no folder is: choose/],
  ['a loop', /is a link to .*a loop, where no folder is: choose/],
  [`${'n'.repeat(300)}`, /cannot be made \(ENAMETOOLONG.*\): choose/],
])('says in one sentence why %s is no home', (name, sentence) => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a file'), '');
  symlinkSync('/nowhere', join(folder, 'a link'));
  symlinkSync(join(folder, 'a loop'), join(folder, 'a loop'));
  expect(() => makeHome(join(folder, name))).toThrow(sentence);
});

it.runIf(existsSync('/proc/self'))('says so of a device, and of a place where the system makes no folders', () => {
  expect(() => makeHome('/dev/null')).toThrow(
    '/dev/null is something else, not a folder: choose another folder with --home.',
  );
  expect(() => makeHome('/proc/x')).toThrow(
    /^\/proc\/x cannot be made \(ENOENT.*\): choose another folder with --home\.$/,
  );
});
