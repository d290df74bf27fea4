import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parse } from '#core/validation.ts';
import { readBlock } from '../../src-main/blocks/claimed-folder.ts';
import { reportsOf } from '../../src-main/blocks/run-reports.ts';
import { epochFinished, numbered, temporaryFolder } from '../support/store-fixtures.ts';

it.each(['[', '{},', '1,'])('a block of millions of %s is refused before it fills the memory', async (piece) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'block.json'), `[${piece.repeat(2_000_000)}1]`);
  await expect(readBlock(folder)).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringMatching(
      /block\.json is no JSON of a block, or far more than one holds: make the block anew\.$/,
    ),
  });
});

it('events are read up to the first line that is none, however long the file is', async () => {
  const folder = join(temporaryFolder(), 'run');
  mkdirSync(folder);
  const path = join(folder, 'events.1.ndjson');
  const lines = numbered('one', [epochFinished(1), epochFinished(2)]).map((event) => `${JSON.stringify(event)}\n`);
  writeFileSync(path, lines[0]);
  expect((await reportsOf(folder)).map(({ events }) => events.length)).toEqual([1]);
  appendFileSync(path, `${'\n'.repeat(2 ** 24)}${lines[1]}`);
  truncateSync(path, 10 ** 10);
  expect((await reportsOf(folder)).map(({ events }) => events.length)).toEqual([1]);
});

it('more levels than can be followed are refused in a sentence', () => {
  const wrong = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const nested: z.ZodType = z.array(z.lazy(() => nested));
  expect(() => parse(nested, JSON.parse(wrong), 'the list')).toThrow(/^In the list, .+\.$/);
});
