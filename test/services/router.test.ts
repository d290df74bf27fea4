import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import { translateErrors } from '#contract/wire.ts';
import type { Change } from '#core/records.ts';
import { createRouter } from '../../src-main/services/router.ts';
import { openLab, SPEC, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers, waiting } from '../support/scripted-trainers.ts';

const COMPARISON = { studies: ['study-1'], saved: 'wall' as const };

async function opened(script: () => Script = () => finishing(0.1, 10)) {
  const trainers = scriptedTrainers(script);
  const lab = await openLab(trainers);
  const router = createRouter(lab.services);
  const client: LabClient = createRouterClient(router, { interceptors: [translateErrors] });
  return { ...lab, trainers, client };
}

type Opened = Awaited<ReturnType<typeof opened>>;

/** The changes that are told while `work` goes on. They come in order: a last one of ours shows that all were heard. */
async function changesDuring(
  { client, services }: Pick<Opened, 'client' | 'services'>,
  work: () => Promise<unknown>,
): Promise<readonly Change[]> {
  const stream = await client.changes.follow({});
  await work();
  services.hub.publishChange('views', ['the last']);
  const heard: Change[] = [];
  for await (const change of stream) {
    if (change.ids[0] === 'the last') break;
    heard.push(change);
  }
  return heard;
}

describe('runs', () => {
  it('come as rows and curves of what the trainer reported', async () => {
    const { client, services } = await opened();
    const { runId } = await client.runs.start({ spec: SPEC });
    await services.queue.idle();
    const { rows, next } = await client.runs.rows({});
    expect(next).toBeNull();
    expect(rows[0]).toMatchObject({ id: runId, status: 'finished', testError: 0.1, studyId: null, role: null });
    const [curve] = await client.runs.curves({ runs: [runId], series: 'trainLoss', smoothing: 0.5 });
    expect(curve).toMatchObject({ runId, epoch: [1], last: [2], smooth: [2] });
    expect(await client.runs.stepTimes({ run: runId })).toMatchObject({ step: [] });
    expect((await client.runs.history({ run: runId })).map((event) => event.type)).toEqual([
      'run.started',
      'run.finished',
    ]);
    expect(await client.runs.valuesAt({ series: 'trainLoss', epoch: 1 })).toEqual({ runs: [runId], values: [2] });
  });

  it('take notes, tags and marks together, or not at all', async () => {
    const lab = await opened(waiting);
    const { client } = lab;
    const { runIds } = await client.studies.start({ spec: STUDY });
    const two = runIds.slice(0, 2);
    const changes = await changesDuring(lab, () =>
      client.runs.update({ runs: two, note: 'warm', addTags: ['a', 'b'], archived: true }),
    );
    // The start of the study goes on meanwhile, and moves the queue.
    const ofRuns = changes.filter(({ kind }) => kind !== 'queue');
    expect(ofRuns[0]).toEqual({ kind: 'runs', ids: two });
    expect(ofRuns[1].kind).toBe('studies');
    await client.runs.update({ runs: [two[0]], removeTags: ['a'] });
    await expect(client.runs.update({ runs: [two[0], 'nobody'], note: 'lost' })).rejects.toMatchObject({
      code: 'not-found',
    });
    const { rows } = await client.runs.rows({ ids: [two[0]] });
    expect(rows[0]).toMatchObject({ note: 'warm', tags: ['b'], archived: true });
  });

  it('that are locked go neither into the trash nor for ever', async () => {
    const { client, services, home } = await opened();
    const { runId } = await client.runs.start({ spec: SPEC });
    await services.queue.idle();
    await client.runs.update({ runs: [runId], locked: true });
    await expect(client.runs.delete({ run: runId })).rejects.toMatchObject({ code: 'conflict' });
    await client.runs.update({ runs: [runId], locked: false });
    await client.runs.delete({ run: runId });
    await client.runs.update({ runs: [runId], locked: true });
    const folder = join(home, 'runs', runId);
    mkdirSync(folder, { recursive: true });
    await expect(client.runs.purge({ run: runId })).rejects.toMatchObject({ code: 'conflict' });
    expect((await client.runs.show({ run: runId })).locked).toBe(true);
    expect(existsSync(folder)).toBe(true);
  });

  it('that wait leave the queue with the trash, and return to it', async () => {
    const { client, services, trainers } = await opened(() =>
      trainers.starts.length === 1 ? waiting() : finishing(0.1, 10),
    );
    const first = await client.runs.start({ spec: SPEC });
    const second = await client.runs.start({ spec: { ...SPEC, seed: 2 } });
    const third = await client.runs.start({ spec: { ...SPEC, seed: 3 } });
    await client.runs.delete({ run: second.runId });
    await client.runs.delete({ run: third.runId });
    await client.runs.restore({ run: third.runId });
    await expect.poll(async () => (await client.runs.show({ run: first.runId })).status).toBe('running');
    await expect(client.runs.delete({ run: first.runId })).rejects.toMatchObject({ code: 'conflict' });
    await client.runs.pause({ run: first.runId });
    await services.queue.idle();
    expect(trainers.starts.map((start) => start.runId)).toEqual([first.runId, third.runId]);
    expect(await client.runs.delete({ run: first.runId })).toMatchObject({ deleted: true, status: 'paused' });
    expect(await client.runs.restore({ run: first.runId })).toMatchObject({ deleted: false, status: 'paused' });
  });
});

describe('changes', () => {
  it('tell of a run and its study when it starts, ends an epoch and ends', async () => {
    const { client, services } = await opened();
    const spec = { ...STUDY, arms: [], seeds: [1] };
    let studyId = '';
    const changes = await changesDuring({ client, services }, async () => {
      studyId = (await client.studies.start({ spec })).studyId;
      await services.queue.idle();
    });
    const [{ id }] = (await client.runs.rows({})).rows;
    const ofRuns = changes.filter((change) => change.kind === 'runs');
    // Queued, started, one epoch, finished.
    expect(ofRuns.map((change) => change.ids)).toEqual([[id], [id], [id], [id]]);
    expect(changes.filter((change) => change.kind === 'studies').every(({ ids }) => ids[0] === studyId)).toBe(true);
  });
});

describe('studies', () => {
  it('are listed with their headline, and can be renamed', async () => {
    const { client, services } = await opened();
    const { studyId } = await client.studies.start({ spec: STUDY });
    await client.studies.start({ spec: { ...STUDY, name: 'other', arms: [] } });
    await services.queue.idle();
    const changes = await changesDuring({ client, services }, () =>
      client.studies.rename({ study: studyId, name: 'renamed' }),
    );
    expect(changes.map((change) => change.kind)).toContain('studies');
    await expect(client.studies.rename({ study: studyId, name: 'other' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await client.studies.rename({ study: studyId, name: 'renamed' })).toMatchObject({ name: 'renamed' });
    const overview = await client.studies.overview({});
    expect(overview.map((study) => study.name)).toEqual(['other', 'renamed']);
    expect(overview[1]).toMatchObject({ counts: { finished: 6 }, headline: { wall: 0, errorDelta: 0, pairs: 2 } });
  });
});

describe('what people keep', () => {
  it('is settings, of which a change leaves the others', async () => {
    const { client, services } = await opened();
    await client.settings.update({ theme: 'dark', threads: 3 });
    const changes = await changesDuring({ client, services }, () => client.settings.update({ theme: 'light' }));
    expect(changes).toEqual([{ kind: 'settings', ids: [] }]);
    expect(await client.settings.read({})).toEqual({
      theme: 'light',
      device: 'auto',
      threads: 3,
      notifications: true,
      onClose: 'ask',
    });
    await expect(client.settings.update({ threads: 0 })).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('is drafts of up to a megabyte', async () => {
    const { client } = await opened();
    const value = { name: 'mine', seeds: [1, 2], deep: { empty: null } };
    await client.drafts.save({ key: 'new-study', value });
    expect(await client.drafts.read({ key: 'new-study' })).toEqual({ value });
    await expect(client.drafts.save({ key: 'big', value: 'é'.repeat(600_000) })).rejects.toMatchObject({
      code: 'bad-request',
    });
    await client.drafts.save({ key: 'new-study', value: null });
    expect(await client.drafts.read({ key: 'new-study' })).toEqual({ value: null });
  });

  it('is comparisons under names', async () => {
    const { client } = await opened();
    const first = await client.views.save({ name: 'paper', comparison: COMPARISON });
    const again = await client.views.save({ name: 'paper', comparison: { ...COMPARISON, saved: 'compute' } });
    expect(again.id).toBe(first.id);
    expect(await client.views.list({})).toMatchObject([{ name: 'paper', comparison: { saved: 'compute' } }]);
    await client.views.remove({ id: first.id });
    await expect(client.views.remove({ id: first.id })).rejects.toMatchObject({ code: 'not-found' });
    expect(await client.views.list({})).toEqual([]);
  });

  it('is views of the table of runs under names, each of its own', async () => {
    const { client } = await opened();
    const view = {
      ...{ tab: 'all' as const, filter: 'not failed', groupBy: ['arm'] },
      ...{ columns: [{ key: 'name', width: 300 }], sort: { key: 'created', descending: true } },
    };
    const first = await client.runsViews.save({ name: 'good', view });
    const again = await client.runsViews.save({ name: 'good', view: { ...view, filter: 'finished' } });
    expect([again.id, again.view.filter]).toEqual([first.id, 'finished']);
    const other = await client.runsViews.save({ name: 'all', view });
    await expect(client.runsViews.rename({ id: other.id, name: 'good' })).rejects.toMatchObject({ code: 'conflict' });
    await client.runsViews.rename({ id: other.id, name: 'every run' });
    expect((await client.runsViews.list({})).map(({ name }) => name)).toEqual(['every run', 'good']);
    await client.runsViews.remove({ id: first.id });
    await expect(client.runsViews.remove({ id: first.id })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.runsViews.rename({ id: first.id, name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.runsViews.save({ name: 'empty', view: { ...view, columns: [] } })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });
});

describe('data sets', () => {
  const location = { kind: 'synthetic' as const, classes: 10, height: 8, width: 8, channels: 1 as const };

  it('tell how far their preparation is while they are added', async () => {
    const { client } = await opened();
    const ended = new AbortController();
    const stream = await client.datasets.progress({}, { signal: ended.signal });
    const first = stream.next();
    await client.datasets.add({ name: 'mine', location });
    expect(await first).toEqual({ done: false, value: { text: 'decoded 1 of 2 images' } });
    ended.abort();
  });

  it('give way to another of their name only where that is said', async () => {
    const { client } = await opened();
    await client.datasets.add({ name: 'mine', location });
    const other = { name: 'mine', location: { ...location, seed: 2 } };
    await expect(client.datasets.add(other)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('`--replace`'),
    });
    expect((await client.datasets.list({})).at(-1)?.location).toMatchObject({ seed: 0 });
    await client.datasets.add({ ...other, replace: true });
    expect((await client.datasets.list({})).at(-1)?.location).toMatchObject({ seed: 2 });
    await expect(client.datasets.add({ ...other, name: 'shapes', replace: true })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('are removed where nothing that waits or trains uses them', async () => {
    const { client } = await opened(waiting);
    await client.datasets.add({ name: 'mine', location });
    const { runId } = await client.runs.start({ spec: { ...SPEC, dataset: 'mine' } });
    await expect(client.datasets.remove({ name: 'mine' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(runId),
    });
    await expect.poll(async () => (await client.runs.show({ run: runId })).status).toBe('running');
    await client.runs.stop({ run: runId });
    expect(await client.datasets.remove({ name: 'mine' })).toEqual({ name: 'mine' });
    await expect(client.datasets.remove({ name: 'mine' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.datasets.remove({ name: 'shapes' })).rejects.toMatchObject({ code: 'conflict' });
  });
});
