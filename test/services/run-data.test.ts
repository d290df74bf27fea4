import { describe, expect, it } from 'vitest';
import { searchRequestSchema } from '#core/find/settings.ts';
import type { Store } from '#core/ports.ts';
import { parseRunSpec } from '#core/run.ts';
import { parseStudySpec } from '#core/study.ts';
import { catalogOf, openLab, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

const FILE = { kind: 'npz', path: '/data/live.npz' } as const;
const SPEC = parseRunSpec({ ...STUDY.base, dataset: FILE });
const [A, B] = ['a', 'b'].map((letter) => letter.repeat(64));

const interrupted: Script = { events: [{ type: 'run.interrupted', step: 3, reason: 'Scripted.' }], end: null };

/** A lab over a disk that the test changes; its trainers are interrupted as long as `breaks` says so. */
async function labOn(disk: Map<string, string>, breaks: () => boolean, wrap?: (store: Store) => Store) {
  const trainers = scriptedTrainers(() => (breaks() ? interrupted : finishing(0.1, 10)));
  return { ...(await openLab(trainers, wrap, { catalog: catalogOf(disk) })), trainers };
}

/** A run that was interrupted on images A in `FILE`. */
async function interruptedRun() {
  const disk = new Map<string, string>([[FILE.path, 'a']]);
  let breaks = true;
  const lab = await labOn(disk, () => breaks);
  const id = await lab.services.runs.start(SPEC);
  await lab.services.queue.idle();
  breaks = false;
  return { ...lab, disk, id };
}

describe('a run', () => {
  it('stores the hash of its data and where they were, and hands them to its trainer', async () => {
    const { services, trainers, id } = await interruptedRun();
    expect((await services.runs.show(id)).data).toEqual({ sha256: A, location: FILE });
    expect(trainers.starts[0].data).toMatchObject({ sha256: A });
  });

  it('does not go on with other images, keeps its status, and goes on once they are restored', async () => {
    const { services, trainers, disk, id } = await interruptedRun();
    disk.set(FILE.path, 'b');
    await expect(services.runs.resume(id)).rejects.toMatchObject({
      code: 'conflict',
      message: `Run ${id} cannot go on with the images of /data/live.npz: it began on those with the hash aaaaaaaaaaaa, and there are now others (bbbbbbbbbbbb); restore the files, or start a new run.`,
    });
    await expect(services.runs.show(id)).resolves.toMatchObject({ status: 'interrupted', reason: 'Scripted.' });
    disk.set(FILE.path, 'a');
    await services.runs.resume(id);
    await services.queue.idle();
    expect((await services.runs.show(id)).status).toBe('finished');
    expect(trainers.starts).toHaveLength(2);
  });

  it('waits for files that are gone, without another status', async () => {
    const { services, disk, id } = await interruptedRun();
    disk.delete(FILE.path);
    await expect(services.runs.resume(id)).rejects.toMatchObject({
      code: 'not-found',
      message: `Run ${id} cannot go on without its data (/data/live.npz does not exist: check the path of the data set): restore the files, then resume it.`,
    });
    expect((await services.runs.show(id)).status).toBe('interrupted');
  });

  it('can go on where its files vanish only after it was queued', async () => {
    const { services, store, disk, id } = await interruptedRun();
    await store.setStatus(id, 'queued', null);
    disk.delete(FILE.path);
    await services.queue.acceptAll();
    await services.queue.idle();
    const { status, reason } = await services.runs.show(id);
    expect([status, reason]).toEqual(['interrupted', expect.stringContaining('/data/live.npz does not exist')]);
  });

  it('finds its images where they were moved to, under a name of this home', async () => {
    const { services, trainers, disk, id } = await interruptedRun();
    disk.delete(FILE.path);
    disk.set('/moved.npz', 'a');
    await services.datasets.add({ name: 'mine', location: { kind: 'npz', path: '/moved.npz' }, replace: false });
    await services.runs.resume(id);
    await services.queue.idle();
    expect(trainers.starts.at(-1)?.dataset).toEqual({ kind: 'npz', path: '/moved.npz' });
  });

  it('keeps the files of a data set that was replaced', async () => {
    const disk = new Map([
      ['/one.npz', 'a'],
      ['/other.npz', 'b'],
    ]);
    let breaks = true;
    const { services, trainers } = await labOn(disk, () => breaks);
    const named = { name: 'mine', location: { kind: 'npz', path: '/one.npz' } } as const;
    await services.datasets.add({ ...named, replace: false });
    const id = await services.runs.start({ ...SPEC, dataset: 'mine' });
    await services.queue.idle();
    breaks = false;
    await services.datasets.add({ name: 'mine', location: { kind: 'npz', path: '/other.npz' }, replace: true });
    await services.runs.resume(id);
    await services.queue.idle();
    expect(trainers.starts.at(-1)).toMatchObject({ dataset: named.location, data: { sha256: A } });
    const next = await services.runs.start({ ...SPEC, dataset: 'mine' });
    expect((await services.runs.show(next)).data?.sha256).toBe(B);
    await services.queue.idle();
  });

  it('that failed goes on, an imported one does not', async () => {
    let fails = true;
    const disk = new Map<string, string>([[FILE.path, 'a']]);
    const trainers = scriptedTrainers(() =>
      fails ? { events: [{ type: 'run.failed', step: 1, reason: 'No memory.' }], end: null } : finishing(0.1, 10),
    );
    const { services, store } = await openLab(trainers, undefined, { catalog: catalogOf(disk) });
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    fails = false;
    await services.runs.resume(id);
    await services.queue.idle();
    expect((await services.runs.show(id)).status).toBe('finished');
    await expect(services.runs.resume(id)).rejects.toMatchObject({ message: expect.stringContaining('is finished') });
    const files = { dataset: await services.datasets.locate(FILE), weights: null };
    await store.enqueue([{ ...services.runs.plan(SPEC, files, null), id: 'elsewhere', imported: true }]);
    await store.setStatus('elsewhere', 'interrupted', 'Imported without its end.');
    await expect(services.runs.resume('elsewhere')).rejects.toMatchObject({
      message: expect.stringContaining('was imported'),
    });
  });

  it('of version 0.1.0 goes on without a hash, but not with images that do not fit', async () => {
    const { services, store, disk, id } = await interruptedRun();
    const files = { dataset: await services.datasets.locate(FILE), weights: null };
    const old = { ...services.runs.plan(SPEC, files, null), data: null };
    const larger = { ...old.layers[0], params: 1 };
    await store.enqueue([
      { ...old, id: 'old' },
      { ...old, id: 'other', layers: [larger, ...old.layers.slice(1)] },
      { ...old, id: 'fewer', spec: { ...old.spec, train: 5000 } },
    ]);
    disk.set(FILE.path, 'b');
    await services.runs.resume('old');
    await services.queue.idle();
    expect((await services.runs.show('old')).status).toBe('finished');
    for (const one of ['other', 'fewer']) {
      await expect(services.runs.resume(one)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/cannot go on with the images that are there now \(.*\): restore the files/),
      });
    }
    expect((await services.runs.show(id)).status).toBe('interrupted');
  });

  it('is not verified on other images', async () => {
    const { services, disk, id } = await interruptedRun();
    await services.runs.resume(id);
    await services.queue.idle();
    disk.set(FILE.path, 'b');
    await expect(services.verifications.verify(id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a study', () => {
  const spec = parseStudySpec({ ...STUDY, base: { ...STUDY.base, dataset: 'mine' }, equalTimeBaseline: false });
  const named = (path: string) => ({ name: 'mine', location: { kind: 'npz', path } as const, replace: true });

  async function studyOnA() {
    const disk = new Map([
      ['/live.npz', 'a'],
      ['/other.npz', 'b'],
    ]);
    let breaks = false;
    const lab = await labOn(disk, () => breaks);
    await lab.services.datasets.add(named('/live.npz'));
    await lab.services.studies.start({ ...spec, seeds: [1] });
    await lab.services.queue.idle();
    return {
      ...lab,
      disk,
      setBreaks: (value: boolean) => {
        breaks = value;
      },
    };
  }

  const refusal = {
    code: 'conflict',
    message:
      'The runs of "small" trained on images with the hash aaaaaaaaaaaa, but mine now holds others (bbbbbbbbbbbb): restore the files, or give the new runs to a study of another name.',
  };

  it('refuses new seeds and arms on other images, and adds nothing', async () => {
    const { services, disk } = await studyOnA();
    disk.set('/live.npz', 'b');
    const before = await services.studies.show('small');
    await expect(services.studies.extend('small', { seeds: [2], policies: [] })).rejects.toMatchObject(refusal);
    await expect(services.studies.start(spec)).rejects.toMatchObject(refusal);
    const policies = [{ kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true }] as const;
    await expect(services.studies.extend('small', { seeds: [], policies })).rejects.toMatchObject(refusal);
    expect(await services.studies.show('small')).toEqual(before);
    // Nothing is missing, so nothing is refused.
    expect((await services.studies.start({ ...spec, seeds: [1] })).runIds).toEqual([]);
  });

  it('refuses them on the images of another data set of that name, while what was interrupted goes on', async () => {
    const { services, trainers, setBreaks } = await studyOnA();
    setBreaks(true);
    await services.studies.extend('small', { seeds: [2], policies: [] });
    await services.queue.idle();
    setBreaks(false);
    await services.datasets.add(named('/other.npz'));
    await expect(services.studies.extend('small', { seeds: [3], policies: [] })).rejects.toMatchObject(refusal);
    expect((await services.studies.show('small')).seeds).toEqual([1, 2]);
    const again = await services.studies.extend('small', { seeds: [], policies: [] });
    await services.queue.idle();
    expect(again.runIds).toHaveLength(2);
    expect(trainers.starts.slice(-2).map(({ dataset }) => dataset)).toEqual([
      named('/live.npz').location,
      named('/live.npz').location,
    ]);
  });

  it('queues nothing while the files of an interrupted run are not there', async () => {
    const { services, disk, setBreaks } = await studyOnA();
    setBreaks(true);
    await services.studies.extend('small', { seeds: [2], policies: [] });
    await services.queue.idle();
    const before = await services.studies.show('small');
    disk.delete('/live.npz');
    await expect(services.studies.extend('small', { seeds: [2, 3], policies: [] })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await services.studies.show('small')).toEqual(before);
  });

  it('trains anew where only an imported run began, or one on other images', async () => {
    const { services, store } = await studyOnA();
    const files = { dataset: await services.datasets.locate('mine'), weights: null };
    const { id: studyId } = await services.studies.show('small');
    const plan = (id: string, seed: number) => ({
      ...services.runs.plan({ ...SPEC, seed }, files, { studyId, arm: 'baseline' }),
      ...{ id, imported: true },
    });
    await store.extendStudy(studyId, [], [2, 3]);
    await store.enqueue([plan('began', 2), { ...plan('other', 3), data: { sha256: B, location: null } }]);
    await store.setStatus('began', 'interrupted', 'Imported without its end.');
    await store.setStatus('other', 'finished', null);
    const { runIds } = await services.studies.extend('small', { seeds: [], policies: [] });
    expect(runIds).toHaveLength(4);
    await services.queue.idle();
  });

  it('begins no search on other images, and stores none', async () => {
    const { services, disk } = await studyOnA();
    disk.set('/live.npz', 'b');
    const search = searchRequestSchema.parse({ tolerance: 0.5, budgetSeconds: 1e6, candidates: [0.4, 0.6, 0.8] });
    await expect(services.searches.start({ name: 'small', search })).rejects.toMatchObject(refusal);
    expect(await services.searches.list()).toEqual([]);
    disk.set('/live.npz', 'a');
    await services.searches.start({ name: 'small', search });
    await services.searches.stop('small');
    disk.set('/live.npz', 'b');
    await expect(services.searches.resume('small', undefined)).rejects.toMatchObject({ code: 'conflict' });
  });
});

it('refuses a precision that this machine lacks before anything is written', async () => {
  const disk = new Map<string, string>([[FILE.path, 'a']]);
  const checkPrecision = ({ precision }: { readonly precision?: string | undefined }) => {
    if (precision === 'bf16') throw new Error('There are no such units.');
  };
  const trainers = scriptedTrainers(() => interrupted);
  const preflight = { check: async () => {}, checkPrecision };
  const { services } = await openLab(trainers, undefined, { catalog: catalogOf(disk), preflight });
  const base = { ...STUDY.base, dataset: FILE, precision: 'bf16' } as const;
  await expect(services.runs.start({ ...SPEC, precision: 'bf16' })).rejects.toThrow('no such units');
  await expect(services.studies.start({ ...STUDY, base })).rejects.toThrow('no such units');
  expect(await services.studies.list()).toEqual([]);
  expect(await services.runs.list({})).toEqual([]);
});

it('checks free space before a run is queued', async () => {
  const disk = new Map<string, string>([[FILE.path, 'a']]);
  let problem: Error | null = null;
  const check = async () => {
    if (problem !== null) throw problem;
  };
  const trainers = scriptedTrainers(() => interrupted);
  const { services } = await openLab(trainers, undefined, {
    catalog: catalogOf(disk),
    preflight: { check, checkPrecision: () => {} },
  });
  const id = await services.runs.start(SPEC);
  await services.queue.idle();
  problem = new Error('The disk is full.');
  await expect(services.runs.start(SPEC)).rejects.toThrow('The disk is full.');
  await expect(services.runs.resume(id)).rejects.toThrow('The disk is full.');
  await expect(services.studies.start({ ...STUDY, base: { ...STUDY.base, dataset: FILE } })).rejects.toThrow();
  expect(await services.studies.list()).toEqual([]);
  expect(await services.runs.list({})).toMatchObject([{ id, status: 'interrupted' }]);
});
