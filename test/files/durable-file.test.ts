import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeDurably } from '../../src-main/files/durable-file.ts';

test('a pipe in the place of the temporary file holds nobody up: it is refused, removed, and the next write is whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-lab-'));
  const path = join(folder, 'weights');
  execFileSync('mkfifo', [`${path}.tmp`]);
  await expect(writeDurably(path, Buffer.from('new'))).rejects.toThrow(`${path} could not be written: `);
  expect(readdirSync(folder)).toEqual([]);
  await writeDurably(path, Buffer.from('new'));
  expect(readFileSync(path, 'utf8')).toBe('new');
});
