import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import { searchRequestSchema } from '#core/find/settings.ts';
import { deletedSentence, restoredSentence } from '#core/study-words.ts';
import type { OpenedLab } from '../support/lab-fixture.ts';
import { exportedLines, importLines, openLab, STUDY } from '../support/lab-fixture.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

const trainers = () => scriptedTrainers(() => finishing(0.1, 10));

/** A home in which the study "small" has trained: six runs, of which one is in the trash by itself. */
async function trained(): Promise<OpenedLab & { readonly gone: string }> {
  const lab = await openLab(trainers());
  const { runIds } = await lab.services.studies.start(STUDY);
  await lab.services.queue.idle();
  const [gone = ''] = runIds;
  await lab.services.runs.setDeleted(gone, true);
  return { ...lab, gone };
}

describe('a study in the trash', () => {
  it('goes there with its runs, frees its name, and comes back as it was, under a free name', async () => {
    const { services, gone } = await trained();
    const { studies, studyLife, runs } = services;
    const before = await studies.show('small');
    const deleted = await studyLife.delete('small');
    expect(deleted.study).toMatchObject({ id: before.id, deleted: true });
    expect([await studies.list(), await studies.overview(), await runs.list({})]).toEqual([[], [], []]);
    expect(await runs.list({ deleted: true })).toHaveLength(6);
    const [summary] = await studies.overview(true);
    expect(summary).toMatchObject({ name: 'small', deleted: true, counts: { finished: 5 } });
    await expect(studies.extend('small', { seeds: [7], policies: [] })).rejects.toThrow('is in the trash');
    await expect(studyLife.rename('small', 'other')).rejects.toThrow('is in the trash');
    await expect(runs.setDeleted(before.runs[0]?.id ?? '', false)).rejects.toThrow(
      'belongs to the study "small", which is in the trash',
    );
    await studies.start({ ...STUDY, seeds: [1] });
    await services.queue.idle();
    expect((await studies.show('small')).id).not.toBe(before.id);
    const restored = await studyLife.restore(before.id);
    expect(restored).toEqual({
      ...before,
      name: 'small 2',
      runs: before.runs.map((run) => ({ ...run, studyName: 'small 2' })),
    });
    expect((await runs.list({ deleted: true })).map(({ id }) => id)).toEqual([gone]);
    expect(restoredSentence(restored, 'small')).toBe(
      'The study small 2 and its 5 runs are back, under this name since another study is called small.',
    );
  });

  it('stays where it is while a run of it is locked or trains', async () => {
    const { services, store } = await trained();
    const { runs } = await services.studies.show('small');
    const id = runs[0]?.id ?? '';
    await services.runs.update([id], { locked: true });
    await expect(services.studyLife.delete('small')).rejects.toThrow(`The run ${id} is locked: unlock it first.`);
    expect((await services.studies.show('small')).runs).toHaveLength(5);
    await services.runs.update([id], { locked: false });
    await store.setStatus(id, 'running', null);
    await expect(services.studyLife.delete('small')).rejects.toThrow(`The run ${id} is running: stop it first.`);
  });

  it('says which comparisons and searches it takes with it; a search goes on once it is back', async () => {
    const { services, store } = await trained();
    const { id } = await services.studies.show('small');
    await services.kept.saveView('both', comparisonViewSchema.parse({ studies: [id, 'other'] }));
    const search = searchRequestSchema.parse({ tolerance: 10, budgetSeconds: 1e6, candidates: [0.5, 0.8] });
    await services.searches.start({ name: 'small', search });
    await services.queue.idle();
    const deleted = await services.studyLife.delete('small');
    expect(deletedSentence(deleted)).toMatch(
      /^The study small and its \d+ runs are in the trash\. Its search stops until it is restored\. Until then the saved comparison both shows it no more\.$/,
    );
    expect(await store.searches()).toEqual([]);
    await expect(services.searches.show(id)).rejects.toThrow('is in the trash: restore it first');
    await services.studyLife.restore('small');
    expect((await services.searches.show('small')).studyId).toBe(id);
    await services.queue.idle();
  });

  it('is deleted for ever with the files of its runs', async () => {
    const { services, store, home } = await trained();
    const { id, runs } = await services.studies.show('small');
    const folders = runs.map((run) => join(home, 'runs', run.id));
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'weights.safetensors'), 'bytes');
    }
    await expect(services.studyLife.purge('small')).rejects.toThrow('is not in the trash: delete it first');
    await services.studyLife.delete('small');
    await expect(store.purgeStudy(id)).rejects.toThrow('has runs');
    await services.studyLife.purge(id);
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
    expect([await services.runs.list({ deleted: true }), await services.studies.list(true)]).toEqual([[], []]);
    await expect(services.studies.show(id)).rejects.toThrow('There is no study');
  });

  it('is not imported again before it is restored', async () => {
    const lab = await trained();
    const lines = await exportedLines(lab.services.exchange, 'small');
    await lab.services.studyLife.delete('small');
    await expect(importLines(lab, lines)).rejects.toThrow('The study "small" is in the trash: restore it');
  });
});

describe('notes, tags and the archive of a study', () => {
  it('are changed together; notes and tags travel to another home, the archive does not', async () => {
    const { services } = await trained();
    const change = { note: 'late\nfreezing', addTags: ['paper', 'mini'], archived: true };
    await services.studyLife.update(['small'], change);
    await services.studyLife.update(['small'], { addTags: ['paper'], removeTags: ['mini'] });
    const marks = { note: 'late\nfreezing', tags: ['paper'] };
    const study = await services.studies.show('small');
    expect(study).toMatchObject({ ...marks, archived: true });
    expect(study.runs.every(({ archived }) => archived)).toBe(true);
    expect((await services.studies.overview())[0]).toMatchObject({ ...marks, archived: true, deleted: false });
    const other = await openLab(trainers());
    await importLines(other, await exportedLines(services.exchange, 'small'));
    expect(await other.services.studies.show('small')).toMatchObject({ ...marks, archived: false });
    await services.studyLife.update(['small'], { archived: false });
    expect((await services.studies.show('small')).runs.some(({ archived }) => archived)).toBe(false);
    await expect(services.studyLife.update(['small', 'gone'], { note: 'x' })).rejects.toThrow(
      'There is no study "gone"',
    );
    expect((await services.studies.show('small')).note).toBe('late\nfreezing');
  });
});
