import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkTarget, placeCopy, placeLink, placeText, readJsonFile } from '../../src-main/setup/placing.mjs';
import { temporaryFolder } from './temporary-folder.ts';

test('a link takes the place of a file, a folder, a dangling link or nothing', () => {
  const folder = temporaryFolder();
  const target = join(folder, 'target');
  writeFileSync(target, 'content');
  writeFileSync(join(folder, 'file'), 'old');
  mkdirSync(join(folder, 'folder', 'inner'), { recursive: true });
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  for (const name of ['file', 'folder', 'link', 'new/nothing']) {
    placeLink(target, join(folder, name));
    expect(readFileSync(join(folder, name), 'utf8')).toBe('content');
  }
  expect(readdirSync(folder).sort()).toEqual(['file', 'folder', 'link', 'new', 'target']);
});

test('copies and texts replace what was there', () => {
  const folder = temporaryFolder();
  placeText(join(folder, 'a'), 'one');
  placeCopy(join(folder, 'a'), join(folder, 'b'));
  placeText(join(folder, 'a'), 'two');
  expect([readFileSync(join(folder, 'a'), 'utf8'), readFileSync(join(folder, 'b'), 'utf8')]).toEqual(['two', 'one']);
  expect(linkTarget(join(folder, 'a'))).toBeNull();
  expect(linkTarget(join(folder, 'missing'))).toBeNull();
});

test('a JSON file that is missing or cut off reads as null', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'cut'), '{"a":');
  writeFileSync(join(folder, 'whole'), '{"a":1}');
  expect(['missing', 'cut', 'whole'].map((name) => readJsonFile(join(folder, name)))).toEqual([null, null, { a: 1 }]);
});
