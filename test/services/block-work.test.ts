import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { TrainerHost } from '#core/ports.ts';
import type { RunEvent } from '#core/run-event.ts';
import { claimBlock } from '../../src-main/blocks/claimed-folder.ts';
import { BlockWork } from '../../src-main/services/block-work.ts';
import { Works } from '../../src-main/services/works.ts';
import { blockRun, writeBlock, writeControl } from '../support/block-folder.ts';
import { finishing, type Script, scriptedTrainers, waiting } from '../support/scripted-trainers.ts';
import { checkpointSaved, temporaryFolder } from '../support/store-fixtures.ts';

const clock = { now: () => Date.now() };

function blockFolder(...runIds: readonly string[]): string {
  const folder = temporaryFolder();
  writeBlock(
    folder,
    runIds.map((runId) => blockRun(runId)),
  );
  return folder;
}

async function attemptAt(folder: string, trainers: TrainerHost) {
  const claimed = await claimBlock(folder, { job: null, lateMs: 0 });
  const events: RunEvent[] = [];
  const work = new BlockWork({
    ...{ folder: claimed, trainers, clock, works: new Works({ clock }), threads: 3, scratch: '/scratch' },
    onEvent: (event) => void events.push(event),
  });
  return { work, events, attempt: claimed.attempt };
}

const dying = (): Script => ({ events: [], end: 'The trainer ended with exit code 1.' });

describe('an attempt at a block', () => {
  it('trains its runs in their order, each as a part of the attempt, and says that all is done', async () => {
    const folder = blockFolder('first', 'second');
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { work, events } = await attemptAt(folder, trainers);
    expect(await work.work()).toMatchObject({ ended: 'done', reason: 'All is done (2 runs).', gaveUp: [] });
    const attempt = { attempt: 1, claimPath: join(folder, 'claim.json'), scratch: '/scratch' };
    expect(trainers.starts).toMatchObject([
      { runId: 'first', lastSeq: 0, attempt },
      { runId: 'second', lastSeq: 0, attempt },
    ]);
    expect(trainers.threads).toEqual([3, 3]);
    expect(events.map(({ type }) => type).filter((type) => type === 'run.finished')).toHaveLength(2);
    expect(JSON.parse(readFileSync(join(folder, 'end.1.json'), 'utf8'))).toMatchObject({ ended: 'done' });
    const again = await attemptAt(folder, scriptedTrainers(waiting));
    expect(await again.work.work()).toMatchObject({ ended: 'done' });
    expect(again.events).toEqual([]);
  });

  it('yields, and the next one goes on where it was', async () => {
    const folder = blockFolder('first', 'second');
    const { work, events } = await attemptAt(folder, scriptedTrainers(waiting));
    const working = work.work();
    await vi.waitUntil(() => events.length > 0, { timeout: 60_000 });
    await work.yield('The time limit of its job is near.');
    expect(await working).toMatchObject({ ended: 'yielded', runs: { first: events.length } });
    expect(events.at(-1)).toMatchObject({ type: 'run.interrupted', reason: 'The time limit of its job is near.' });
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const next = await attemptAt(folder, trainers);
    expect(await next.work.work()).toMatchObject({ ended: 'done' });
    expect(trainers.starts.map(({ runId, lastSeq }) => [runId, lastSeq])).toEqual([
      ['first', events.length],
      ['second', 0],
    ]);
  });

  it("does what the user has said while it waited, and leaves a paused run until the user's next word", async () => {
    const folder = blockFolder('first', 'second');
    writeControl(folder, { type: 'pause', runId: 'first', reason: 'Paused by the user.' });
    const { work, events } = await attemptAt(
      folder,
      scriptedTrainers(({ runId }) => (runId === 'first' ? waiting() : finishing(0.1, 10))),
    );
    expect(await work.work()).toMatchObject({ ended: 'done' });
    const ends = events.filter(({ runId }) => runId === 'first').at(-1);
    expect(ends).toMatchObject({ type: 'run.paused', reason: 'Paused by the user.' });
    expect(events.at(-1)).toMatchObject({ runId: 'second', type: 'run.finished' });
    const trainers = scriptedTrainers(waiting);
    const next = await attemptAt(folder, trainers);
    expect(await next.work.work()).toMatchObject({ ended: 'done' });
    expect(trainers.starts).toEqual([]);
  });

  it('stops the run rather than yields where the user has said so before its job was ended', async () => {
    const folder = blockFolder('first');
    const { work, events } = await attemptAt(folder, scriptedTrainers(waiting));
    const working = work.work();
    await vi.waitUntil(() => events.length > 0, { timeout: 60_000 });
    writeControl(folder, { type: 'stop', runId: 'first', reason: 'Stopped by the user.' });
    await work.yield('Its process was told to end (SIGTERM).');
    await working;
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'Stopped by the user.' });
  });

  it('ends its trainer once a newer one has the block, and reports nothing any more', async () => {
    const folder = blockFolder('first', 'second');
    const old = scriptedTrainers(waiting);
    const first = await attemptAt(folder, old);
    const working = first.work.work();
    await vi.waitUntil(() => first.events.length > 0, { timeout: 60_000 });
    const before = first.events.length;
    const second = await attemptAt(
      folder,
      scriptedTrainers(() => finishing(0.1, 10)),
    );
    expect(await working).toMatchObject({ ended: 'superseded' });
    expect(old.killed).toBeGreaterThan(0);
    expect(first.events).toHaveLength(before);
    expect(old.starts).toHaveLength(1);
    expect(await second.work.work()).toMatchObject({ ended: 'done' });
    expect(second.events[0]).toMatchObject({ seq: before + 1 });
  });

  it('goes on with the next run where one fails, and comes back to one that only was interrupted', async () => {
    const folder = blockFolder('failing', 'dying', 'third');
    const failing: Script = { events: [{ type: 'run.failed', step: null, reason: 'It cannot.' }], end: null };
    const scripts = new Map([
      ['failing', failing],
      ['dying', dying()],
    ]);
    const trainers = scriptedTrainers(({ runId }) => scripts.get(runId) ?? finishing(0.1, 10));
    const { work, events } = await attemptAt(folder, trainers);
    expect(await work.work()).toMatchObject({ ended: 'done', reason: 'Not all is done (dying of 3 runs).' });
    expect(events.at(-1)).toMatchObject({ runId: 'third', type: 'run.finished' });
    const again = scriptedTrainers(() => finishing(0.1, 10));
    await (await attemptAt(folder, again)).work.work();
    expect(again.starts.map(({ runId }) => runId)).toEqual(['dying']);
  });

  it('gives up at a run after three attempts without a new checkpoint, says so, and counts anew', async () => {
    const folder = blockFolder('first');
    const scripts = [() => ({ events: [checkpointSaved(20, 1)], end: dying().end }), dying, dying, dying];
    const next = () => scriptedTrainers(() => (scripts.shift() ?? (() => finishing(0.1, 10)))());
    for (let attempt = 1; attempt <= 4; attempt++) await (await attemptAt(folder, next())).work.work();
    const vain = next();
    const fifth = await attemptAt(folder, vain);
    expect(await fifth.work.work()).toMatchObject({ ended: 'done', gaveUp: ['first'] });
    expect(vain.starts).toEqual([]);
    expect(fifth.events).toMatchObject([
      { type: 'run.interrupted', reason: expect.stringMatching(/^3 attempts in a row reached no new checkpoint/) },
    ]);
    const sixth = await attemptAt(folder, next());
    expect(await sixth.work.work()).toMatchObject({ ended: 'done', reason: 'All is done (1 run).' });
  });

  it('ends where no run can train here, with what it met', async () => {
    const folder = blockFolder('first', 'second');
    const failure = { message: 'TensorFlow cannot be loaded: no such file.', hinders: 'tensorflow' as const };
    const trainers = scriptedTrainers(() => ({ events: [], end: null, failure, isBeforeStart: true }));
    const { work } = await attemptAt(folder, trainers);
    expect(await work.work()).toMatchObject({ ended: 'hindered', reason: expect.stringContaining(failure.message) });
    expect(trainers.starts).toHaveLength(1);
  });

  it('goes on with a run that has come with a history, though that ends with a pause', async () => {
    const folder = temporaryFolder();
    const came = { ...blockRun('first'), lastSeq: 5, stored: [{ seq: 5, at: 50 }] };
    writeFileSync(join(folder, 'block.json'), JSON.stringify({ format: 1, id: 'block-1', runs: [came] }));
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { work, events } = await attemptAt(folder, trainers);
    expect(await work.work()).toMatchObject({ ended: 'done' });
    expect(trainers.starts).toMatchObject([{ lastSeq: 5, stored: [{ seq: 5, at: 50 }] }]);
    expect(events[0]).toMatchObject({ seq: 6 });
  });
});
