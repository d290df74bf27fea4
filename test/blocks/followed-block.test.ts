import { appendFileSync, closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { toJson } from '#core/numbers.ts';
import type { RunEvent } from '#core/run-event.ts';
import { FollowedBlock } from '../../src-main/blocks/followed-block.ts';
import { reportsOf } from '../../src-main/blocks/run-reports.ts';
import { epochFinished, numbered, started, temporaryFolder } from '../support/store-fixtures.ts';

const RUN = 'run-1';
let folder: string;

function event(seq: number): RunEvent {
  return numbered(RUN, [seq === 1 ? started : epochFinished(seq)], seq)[0];
}

function put(name: string, content: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}

function claim(attempt: number): void {
  put('claim.json', { attempt, job: `${10 + attempt}`, node: `n${attempt}`, host: 'login', pid: 1, at: 1 });
}

function beat(attempt: number, at = 1): void {
  put(`beat.${attempt}.json`, { at, run: RUN, step: 20, seq: 0 });
}

/** What an attempt writes before it reports anything of the run. */
function begin(attempt: number, from: Readonly<Record<string, number>> = {}): void {
  mkdirSync(join(folder, 'runs', RUN), { recursive: true });
  put(`runs/${RUN}/from.${attempt}.json`, { from });
}

function report(attempt: number, ...seqs: readonly number[]): void {
  const text = seqs.map((seq) => `${toJson(event(seq))}\n`).join('');
  appendFileSync(join(folder, 'runs', RUN, `events.${attempt}.ndjson`), text);
}

function seqsIn({ runs }: Awaited<ReturnType<FollowedBlock['look']>>): readonly number[] {
  return runs.flatMap(({ events }) => events.map(({ seq }) => seq));
}

beforeEach(() => {
  folder = temporaryFolder();
});

describe('a block that is followed', () => {
  it('tells nothing before anybody has begun', async () => {
    expect(await new FollowedBlock(folder, { [RUN]: 0 }).look()).toEqual({ runs: [], attempt: null });
  });

  it('tells each event once, as soon as its line is whole', async () => {
    const block = new FollowedBlock(folder, { [RUN]: 0 });
    claim(1);
    beat(1);
    begin(1);
    report(1, 1, 2);
    expect(seqsIn(await block.look())).toEqual([1, 2]);
    expect(seqsIn(await block.look())).toEqual([]);
    const line = toJson(event(3));
    appendFileSync(join(folder, 'runs', RUN, 'events.1.ndjson'), line.slice(0, 30));
    expect(seqsIn(await block.look())).toEqual([]);
    appendFileSync(join(folder, 'runs', RUN, 'events.1.ndjson'), `${line.slice(30)}\n`);
    report(1, 4);
    expect(seqsIn(await block.look())).toEqual([3, 4]);
  });

  it('tells nothing behind a line that is no event, until that is shown rightly', async () => {
    const block = new FollowedBlock(folder, { [RUN]: 0 });
    claim(1);
    beat(1);
    begin(1);
    report(1, 1);
    const path = join(folder, 'runs', RUN, 'events.1.ndjson');
    const place = statSync(path).size;
    const late = `${toJson(event(2))}\n`;
    // A page of the file that has not arrived yet.
    appendFileSync(path, `${'\0'.repeat(late.length - 1)}\n`);
    report(1, 3);
    expect(seqsIn(await block.look())).toEqual([1]);
    report(1, 4);
    expect(seqsIn(await block.look())).toEqual([]);
    expect((await reportsOf(join(folder, 'runs', RUN)))[0].events.map(({ seq }) => seq)).toEqual([1]);
    const file = openSync(path, 'r+');
    writeSync(file, late, place);
    closeSync(file);
    expect(seqsIn(await block.look())).toEqual([2, 3, 4]);
  });

  it('begins behind what its reader has', async () => {
    claim(1);
    beat(1);
    begin(1);
    report(1, 1, 2, 3);
    expect(seqsIn(await new FollowedBlock(folder, { [RUN]: 2 }).look())).toEqual([3]);
  });

  it('waits for the newest attempt to say from where it goes on', async () => {
    const block = new FollowedBlock(folder, { [RUN]: 0 });
    claim(1);
    beat(1);
    begin(1);
    report(1, 1, 2);
    expect(seqsIn(await block.look())).toEqual([1, 2]);
    // The first one was taken for lost, and lives on: what it reports now may come too late to count.
    claim(2);
    beat(2);
    report(1, 3, 4);
    expect(seqsIn(await block.look())).toEqual([]);
    begin(2, { 1: 3 });
    report(1, 5);
    report(2, 4, 5, 6);
    const news = await block.look();
    expect(seqsIn(news)).toEqual([3, 4, 5, 6]);
    expect(news.attempt).toMatchObject({ attempt: 2, job: '12', node: 'n2', run: RUN, step: 20, end: null });
  });

  it('knows a newer attempt by its beat, where its claim is shown late', async () => {
    const block = new FollowedBlock(folder, { [RUN]: 0 });
    claim(1);
    beat(1);
    begin(1);
    report(1, 1);
    beat(2);
    const news = await block.look();
    expect(seqsIn(news)).toEqual([]);
    expect(news.attempt).toMatchObject({ attempt: 2, job: null, node: null });
  });

  it('tells all that counts once nothing comes any more, also where the newest attempt said nothing', async () => {
    const block = new FollowedBlock(folder, { [RUN]: 0 });
    claim(1);
    beat(1);
    begin(1);
    report(1, 1, 2);
    claim(2);
    put('end.2.json', { at: 5, ended: 'hindered', reason: 'No disk.', runs: {}, gaveUp: [] });
    expect(seqsIn(await block.look())).toEqual([]);
    const news = await block.lastLook();
    expect(seqsIn(news)).toEqual([1, 2]);
    expect(news.attempt?.end).toMatchObject({ ended: 'hindered', reason: 'No disk.' });
  });

  it('says how long it has not seen a new beat, by its own clock', async () => {
    const block = new FollowedBlock(folder, { [RUN]: 0 });
    claim(1);
    beat(1, 1);
    const first = (await block.look()).attempt?.quietMs ?? -1;
    const second = (await block.look()).attempt?.quietMs ?? -1;
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
    beat(1, 2);
    expect((await block.look()).attempt?.quietMs).toBe(0);
  });

  it('tells the same as all files read at the end, whenever it looks', async () => {
    const block = new FollowedBlock(folder, { [RUN]: 0 });
    const heard: number[] = [];
    claim(1);
    beat(1);
    begin(1);
    for (let seq = 1; seq <= 40; seq++) {
      report(1, seq);
      if (seq % 7 === 0) heard.push(...seqsIn(await block.look()));
    }
    heard.push(...seqsIn(await block.lastLook()));
    expect(heard).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});
