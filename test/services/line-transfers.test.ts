import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReceivedLines } from '#core/exchange/line-transfer.ts';
import { exportedLines, type OpenedLab, openLab, STUDY } from '../support/lab-fixture.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

const PIECE_BYTES = 1000;

async function emptyLab(): Promise<OpenedLab> {
  return openLab(scriptedTrainers(() => finishing(0.1, 10)));
}

async function finishedStudy(): Promise<OpenedLab> {
  const lab = await emptyLab();
  await lab.services.studies.start(STUDY);
  await lab.services.queue.idle();
  return lab;
}

async function sentBy({ services }: OpenedLab): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const told: string[] = [];
  for await (const news of services.lineTransfers.send('small')) {
    if (news.type === 'piece') pieces.push(news.bytes);
    told.push(news.type);
  }
  expect(told.at(-1)).toBe('whole');
  return Buffer.concat(pieces);
}

/** Sends these bytes, or those before `until`, and gives what is told then. */
async function received(lab: OpenedLab, bytes: Buffer, until = bytes.length): Promise<readonly ReceivedLines[]> {
  const { lineTransfers } = lab.services;
  const told: ReceivedLines[] = [];
  const gone = new AbortController();
  for await (const news of lineTransfers.receive(bytes.length, gone.signal)) {
    told.push(news);
    if (news.type !== 'wants') continue;
    for (let at = 0; at < until; at += PIECE_BYTES)
      await lineTransfers.take(news.transfer, at, bytes.subarray(at, Math.min(at + PIECE_BYTES, until)));
    if (until < bytes.length) gone.abort();
  }
  return told;
}

const arrived = ({ home }: OpenedLab) => {
  const folder = join(home, 'importing');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('event lines between a home and another machine', () => {
  it('are those of a file here, in both directions', async () => {
    const lab = await finishedStudy();
    const bytes = await sentBy(lab);
    const lines = await exportedLines(lab.services.exchange, 'small');
    expect(bytes.toString()).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(existsSync(join(lab.home, 'exporting')) ? readdirSync(join(lab.home, 'exporting')) : []).toEqual([]);

    const other = await emptyLab();
    expect((await received(other, bytes)).at(-1)).toMatchObject({ type: 'imported', leftOutCount: 0 });
    expect(await exportedLines(other.services.exchange, 'small')).toEqual(lines);
    expect(arrived(other)).toEqual([]);
  });

  it('that do not arrive whole leave nothing, and arrive again', async () => {
    const bytes = await sentBy(await finishedStudy());
    const other = await emptyLab();
    expect((await received(other, bytes, 3 * PIECE_BYTES)).at(-1)).toMatchObject({ type: 'failed' });
    expect(arrived(other)).toEqual([]);
    expect(await other.store.runs({})).toEqual([]);
    expect((await received(other, bytes)).at(-1)).toMatchObject({ type: 'imported' });
  });

  it('are not waited for any more where the home is closed, or a piece came to the wrong place', async () => {
    const { services, ...lab } = await emptyLab();
    const { lineTransfers } = services;
    const closing = lineTransfers.receive(2000);
    const wanted = (await closing.next()).value;
    if (wanted?.type !== 'wants') throw new Error('It does not say for what it waits.');
    lineTransfers.close();
    expect((await closing.next()).value).toMatchObject({ type: 'failed' });
    expect((await closing.next()).done).toBe(true);
    const late = lineTransfers.take(wanted.transfer, 0, new Uint8Array(10));
    await expect(late).rejects.toMatchObject({ code: 'not-found' });

    const misled = lineTransfers.receive(2000);
    const other = (await misled.next()).value;
    if (other?.type !== 'wants') throw new Error('It does not say for what it waits.');
    await lineTransfers.take(other.transfer, 0, new Uint8Array(10));
    const again = lineTransfers.take(other.transfer, 0, new Uint8Array(10));
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    expect((await misled.next()).value).toMatchObject({ type: 'failed' });
    await misled.return(undefined);
    expect(arrived({ services, ...lab })).toEqual([]);
  });
});
