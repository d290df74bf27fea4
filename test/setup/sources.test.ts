import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { checkout } from '../../src-main/setup/places.mjs';
import { temporaryFolder } from '../support/store-fixtures.ts';

it('the version of the sources follows their files, also within a process that has asked before', async () => {
  const copy = temporaryFolder();
  cpSync(join(checkout, 'src-main', 'setup'), join(copy, 'src-main', 'setup'), { recursive: true });
  mkdirSync(join(copy, 'migrations'));
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(checkout, name), join(copy, name));
  const { sourcesVersion } = await import(pathToFileURL(join(copy, 'src-main', 'setup', 'sources.mjs')).href);
  const first = sourcesVersion();
  expect(first).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{12}$/);
  expect(sourcesVersion()).toBe(first);
  writeFileSync(join(copy, 'migrations', '0010.sql'), 'one');
  const second = sourcesVersion();
  expect(second).not.toBe(first);
  // As many bytes as before.
  writeFileSync(join(copy, 'migrations', '0010.sql'), 'two');
  expect([first, second]).not.toContain(sourcesVersion());
  writeFileSync(join(copy, 'migrations', '0010.sql'), 'one');
  expect(sourcesVersion()).toBe(second);
});
