import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toJson } from '#core/numbers.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { exportedLines, importLines, openLab, STUDY } from '../support/lab-fixture.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';
import { profiled } from '../support/store-fixtures.ts';

/** Errors, times and profiles that differ by arm and seed. */
const trainers = () =>
  scriptedTrainers(({ arm, spec }) => {
    const { events, end } = finishing(0.1 + 0.01 * spec.seed + 0.001 * (arm ?? '').length, 10 + spec.seed);
    return { events: [profiled(spec.policy.kind === 'none' ? 0 : 0.1 + 0.01 * spec.seed, 0.5), ...events], end };
  });

async function finishedStudy() {
  const lab = await openLab(trainers());
  await lab.services.studies.start(STUDY);
  await lab.services.queue.idle();
  return lab;
}

describe('export and import', () => {
  it('give the same comparison in another home', async () => {
    const { services } = await finishedStudy();
    const other = await openLab(trainers());
    const lines = await exportedLines(services.exchange, 'small');
    const { runIds } = await importLines(other, lines);
    expect(await exportedLines(other.services.exchange, 'small')).toEqual(lines);
    expect(runIds).toHaveLength(6);
    expect(await other.services.studies.compare('small')).toEqual(await services.studies.compare('small'));
    expect((await other.services.runs.show(runIds[0])).imported).toBe(true);
    const { arms } = await other.services.studies.show('small');
    expect(arms).toEqual((await services.studies.show('small')).arms);
    expect(arms[2].stepsFrom).toBe('profile');
  });

  it('keep the lines in the home while they are read, and no longer', async () => {
    const { services, home } = await finishedStudy();
    const kept = () => readdirSync(join(home, 'exporting'));
    for await (const news of services.exchange.export('small')) {
      if (news.type === 'written') expect(kept()).toHaveLength(1);
      if (news.type === 'written') break;
    }
    expect(kept()).toEqual([]);
    for await (const news of services.exchange.export('small', AbortSignal.abort())) expect(news.type).toBe('writing');
    expect(kept()).toEqual([]);
    await expect(exportedLines(services.exchange, 'none')).rejects.toThrow(/There is no study "none"/);
  });

  it('read the roles of the arms off plain event lines', async () => {
    const { services, store } = await finishedStudy();
    const { id, runs } = await services.studies.show('small');
    const lines = (await Promise.all(runs.map((run) => store.events(run.id)))).flat().map((event) => toJson(event));
    const other = await openLab(trainers());
    await importLines(other, [...lines, toJson({ type: 'study.finished', studyId: id })]);
    expect(await other.services.studies.compare(id)).toEqual(await services.studies.compare('small'));
  });

  it('change nothing the second time', async () => {
    const lab = await finishedStudy();
    const { services } = lab;
    const lines = await exportedLines(services.exchange, 'small');
    const before = await services.studies.show('small');
    const imported = await importLines(lab, lines);
    expect(imported).toMatchObject({ runIds: [], completedRunIds: [], eventsAdded: 0, leftOut: [] });
    expect(imported.eventsThere).toBe(lines.length - 1);
    expect(await services.studies.show('small')).toEqual(before);
  });

  it('keep a loss of NaN', async () => {
    const diverged: RunEventBody = {
      type: 'step.sampled',
      step: 0,
      loss: Number.NaN,
      learningRates: [0.1],
      ms: { wait: 0, step: 1, other: 0 },
    };
    const ending: RunEventBody = { type: 'run.diverged', step: 0, reason: 'The loss became NaN.' };
    const lab = await openLab(scriptedTrainers(() => ({ events: [diverged, ending], end: null })));
    const { runIds } = await lab.services.studies.start({ ...STUDY, seeds: [1], arms: [] });
    await lab.services.queue.idle();
    const lines = (await lab.store.events(runIds[0])).map((event) => toJson(event));
    expect(lines[1]).toContain('"loss":"NaN"');
    const other = await openLab(trainers());
    await importLines(other, lines);
    expect((await other.store.events(runIds[0]))[1]).toMatchObject({ type: 'step.sampled', loss: Number.NaN });
  });

  it.each([
    ['{"type":"run.st', /Line 2 is not JSON/],
    ['{"type":"run.exploded","runId":"a","seq":1,"at":0}', /In line 2/],
    ['{"type":"run.failed","runId":"../../x","seq":1,"at":0,"reason":"r"}', /"runId" is not valid/],
    ['{"type":"run.failed","runId":"stranger","seq":1,"at":0,"reason":"r"}', /do not include its "run.started"/],
  ])('refuse %s as a whole', async (line, message) => {
    const { services } = await finishedStudy();
    const lines = await exportedLines(services.exchange, 'small');
    const other = await openLab(trainers());
    await expect(importLines(other, [lines[0], line, ...lines.slice(1)])).rejects.toThrow(message);
    expect(await other.services.runs.list({})).toEqual([]);
    expect(await other.services.studies.list()).toEqual([]);
  });
});
