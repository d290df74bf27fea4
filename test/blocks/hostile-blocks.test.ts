import { appendFileSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parse } from '#core/validation.ts';
import { claimBlock, readBlock } from '../../src-main/blocks/claimed-folder.ts';
import { reportsOf } from '../../src-main/blocks/run-reports.ts';
import { blockRun, writeBlock } from '../support/block-folder.ts';
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

describe('a link in the folder of a block', () => {
  it.each([
    'runs',
    'runs/one',
    'runs/one/checkpoints',
    'runs/one/events.1.ndjson',
    'runs/one/checkpoints/5.safetensors',
    'claim.json',
    'beat.1.json',
    'claim.json.1.tmp',
  ])('as %s is refused in a sentence, and nothing is written where it leads', async (name) => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    writeBlock(folder, [blockRun('one')]);
    const link = join(folder, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(elsewhere, link);
    const claimed = async () => (await claimBlock(folder, { job: null, lateMs: 0 })).accepted('one');
    await expect(claimed()).rejects.toMatchObject({
      code: 'bad-request',
      message: `${link} is a link, which may lead out of its block: put the file or the folder itself there.`,
    });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('leads to it as to any folder', async () => {
    const folder = temporaryFolder();
    writeBlock(folder, [blockRun('one')]);
    const link = join(temporaryFolder(), 'block');
    symlinkSync(folder, link);
    const claimed = await claimBlock(link, { job: null, lateMs: 0 });
    expect(await claimed.accepted('one')).toMatchObject({ lastSeq: 0 });
  });
});
