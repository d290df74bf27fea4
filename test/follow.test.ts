import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import type { FollowNews, FollowOrder } from '#core/machines/follow-lines.ts';
import { toJson } from '#core/numbers.ts';
import { follow } from '../src-main/follow.ts';
import { epochFinished, numbered, started, temporaryFolder } from './support/store-fixtures.ts';

const PATIENCE = { timeout: 20_000 };

it('greets, tells what is new of the blocks that it is told of, and ends with its input', async () => {
  const root = temporaryFolder();
  const block = join(root, 'jobs', 'b1');
  const run = join(block, 'runs', 'r1');
  mkdirSync(run, { recursive: true });
  const put = (name: string, content: unknown) => writeFileSync(join(block, name), JSON.stringify(content));
  const report = (seq: number) => {
    const [event] = numbered('r1', [seq === 1 ? started : epochFinished(seq)], seq);
    appendFileSync(join(run, 'events.1.ndjson'), `${toJson(event)}\n`);
  };
  const input = new PassThrough();
  const told: (string | FollowNews)[] = [];
  const order = (line: FollowOrder) => input.write(`${JSON.stringify(line)}\n`);
  const over = follow({ root, slurm: false, askSeconds: 30, input, tell: (line) => told.push(line) });
  const seqs = () =>
    told
      .flatMap((news) => (typeof news === 'object' && news.type === 'events' ? news.events : []))
      .map(({ seq }) => seq);

  expect(told).toEqual(['freezeout-lab-follow/1']);
  input.write('a word of a later version\n');
  put('claim.json', { attempt: 1, job: null, node: null, host: 'box', pid: 1, at: 1 });
  put('beat.1.json', { at: 1, run: 'r1', step: null, seq: 0 });
  put('runs/r1/from.1.json', { from: {} });
  report(1);
  order({ type: 'watch', block: 'b1', runs: { r1: 0 }, job: null });
  await vi.waitFor(() => expect(seqs()).toEqual([1]), PATIENCE);
  report(2);
  await vi.waitFor(() => expect(seqs()).toEqual([1, 2]), PATIENCE);
  report(3);
  put('end.1.json', { at: 9, ended: 'done', reason: 'All is done (1 run).', runs: { r1: 3 }, gaveUp: [] });
  order({ type: 'finish', block: 'b1' });
  await vi.waitFor(() => expect(told.at(-1)).toEqual({ type: 'finished', block: 'b1' }), PATIENCE);
  expect(seqs()).toEqual([1, 2, 3]);
  const attempts = told.flatMap((news) => (typeof news === 'object' && news.type === 'attempt' ? [news.news] : []));
  expect(attempts.at(-1)).toMatchObject({ attempt: 1, node: 'box', end: { ended: 'done' } });

  order({ type: 'finish', block: 'nothing' });
  await vi.waitFor(() => expect(told.at(-1)).toEqual({ type: 'finished', block: 'nothing' }), PATIENCE);
  input.end();
  await over;
});
