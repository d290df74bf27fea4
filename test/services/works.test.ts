import { describe, expect, it, vi } from 'vitest';
import type { WorkRecord } from '#core/work.ts';
import { workTime, workWords } from '#core/work.ts';
import { Works } from '../../src-main/services/works.ts';
import { CATALOG, exportedLines, importLines, openLab, SPEC, STUDY } from '../support/lab-fixture.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

/** The first list that passes. */
async function listWhere(
  lists: AsyncIterable<readonly WorkRecord[]>,
  passes: (list: readonly WorkRecord[]) => boolean,
) {
  for await (const list of lists) if (passes(list)) return list;
  throw new Error('The stream ended.');
}

describe('works', () => {
  it('are listed while they last, with what they tell, and not a word of what is over at once', async () => {
    const works = new Works({ clock: { now: () => 5000 } });
    const lists = works.follow(undefined);
    expect((await lists.next()).value).toEqual([]);
    works.begin({ title: 'Blinking' }).end();
    const work = works.begin({ title: 'Reading flowers', runId: 'run1' });
    work.tell({ detail: '1 of 4 images', share: 0.25 });
    const listed = { id: 'work-2', title: 'Reading flowers', detail: '1 of 4 images', share: 0.25, startedAt: 5000 };
    expect((await lists.next()).value).toEqual([{ ...listed, canCancel: false, runId: 'run1' }]);
    work.end();
    work.tell({ detail: 'too late' });
    expect((await lists.next()).value).toEqual([]);
  });

  it('end early where they can, and say so otherwise', async () => {
    const works = new Works({ clock: { now: () => 0 } });
    const measuring = works.duringCancellable({ title: 'Measuring a few steps' }, async (signal) => {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    works.cancel('work-1');
    await expect(measuring).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Cancelled: measuring a few steps.',
    });
    expect(() => works.cancel('work-1')).toThrow('This work is over');
    works.begin({ title: 'Making a backup' });
    expect(() => works.cancel('work-2')).toThrow('Making a backup: this cannot be cancelled.');
  });

  it('say how long they take, and what is left once that can be told', () => {
    const work = { id: 'w', title: 'Reading', detail: null, startedAt: 0, canCancel: false, runId: null };
    expect(workTime({ ...work, share: 0.25 }, 10_000)).toEqual({ seconds: 10, secondsLeft: 30 });
    expect(workTime({ ...work, share: 0.25 }, 2000).secondsLeft).toBeNull();
    expect(workTime({ ...work, share: null }, 60_000)).toEqual({ seconds: 60, secondsLeft: null });
    expect([workWords(work), workWords({ ...work, detail: '1 of 2' })]).toEqual(['Reading', 'Reading: 1 of 2']);
  });
});

describe('the services', () => {
  it('list the start of a run with its stage until it trains, and cancelling it pauses the run', async () => {
    const starting = { events: [], end: 'wait', stage: 'tensorflow' } as const;
    const { services, store } = await openLab(scriptedTrainers(() => starting));
    const lists = services.works.follow(undefined);
    const id = await services.runs.start(SPEC);
    const [work] = await listWhere(lists, ([one]) => one?.detail === 'loading TensorFlow');
    expect(work).toMatchObject({ title: expect.stringMatching(/^Starting .*, seed 1$/), runId: id, canCancel: true });
    services.works.cancel(work.id);
    await services.queue.idle();
    expect((await store.run(id)).status).toBe('paused');
    expect(services.works.list).toEqual([]);
  });

  it('list the reading of data, and end a reading that is cancelled in one sentence', async () => {
    const endless: typeof CATALOG.content = (_, { say, signal } = {}) => {
      say?.('decoded 1 of 2 images');
      return new Promise((__, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const catalog = { ...CATALOG, content: endless };
    const { services } = await openLab(
      scriptedTrainers(() => finishing(0.1, 1)),
      undefined,
      { catalog },
    );
    const located = services.datasets.locate('shapes');
    const cancelled = expect(located).rejects.toThrow('Cancelled: reading the images of shapes.');
    const [work] = services.works.list;
    await Promise.resolve();
    const [reading] = await listWhere(services.works.follow(undefined), (list) => list.length > 0);
    expect(work ?? reading).toMatchObject({ title: 'Reading the images of shapes', canCancel: true });
    expect(reading.detail).toBe('decoded 1 of 2 images');
    services.works.cancel(reading.id);
    await cancelled;
  });

  it('list exports and imports, and leave nothing on the list', async () => {
    const lab = await openLab(scriptedTrainers(() => finishing(0.1, 1)));
    await lab.services.studies.start({ ...STUDY, seeds: [1] });
    await lab.services.queue.idle();
    const begun = vi.spyOn(lab.services.works, 'begin');
    const lines = await exportedLines(lab.services.exchange, 'small');
    const other = await openLab(scriptedTrainers(() => finishing(0.1, 1)));
    await importLines(other, lines);
    expect([lab.services.works.list, other.services.works.list]).toEqual([[], []]);
    expect(begun.mock.calls.map(([{ title }]) => title)).toEqual(['Writing the event lines of a study']);
  });
});
