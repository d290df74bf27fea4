import { describe, expect, it } from 'vitest';
import { equalTimeSteps } from '#core/policy/cost.ts';
import { repeatSpec } from '#core/report/repeat.ts';
import { parseStudySpec } from '#core/study.ts';
import { CATALOG, openLab, STUDY } from '../support/lab-fixture.ts';
import { finishing, scriptedTrainers, waiting } from '../support/scripted-trainers.ts';
import { profiled } from '../support/store-fixtures.ts';

const ARM = 'cubic scaled 0.5';

describe('a study', () => {
  it('trains every arm of a seed before the next seed', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services } = await openLab(trainers);
    await services.studies.start(STUDY);
    await services.queue.idle();
    expect(trainers.starts.map(({ arm, spec }) => [arm, spec.seed])).toEqual([
      ['baseline', 1],
      [ARM, 1],
      [`${ARM}, equal time`, 1],
      ['baseline', 2],
      [ARM, 2],
      [`${ARM}, equal time`, 2],
    ]);
  });

  it('looks at its data once, however many runs are planned and resumed in a request', async () => {
    let looks = 0;
    const content: typeof CATALOG.content = (...asked) => {
      looks += 1;
      return CATALOG.content(...asked);
    };
    const trainers = scriptedTrainers(waiting);
    const { services, store } = await openLab(trainers, undefined, { catalog: { ...CATALOG, content } });
    await services.queue.close('Nothing is to train.');
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
    const { runIds } = await services.studies.start({ ...STUDY, seeds });
    expect([runIds.length, looks]).toEqual([60, 1]);
    expect((await store.runs({})).map(({ seed, spec }) => [seed, spec.seed])).toEqual(
      seeds.flatMap((seed) => [1, 2, 3].map(() => [seed, seed])),
    );
    for (const id of runIds) await store.setStatus(id, 'paused', 'By hand.');
    await services.studies.start({ ...STUDY, seeds });
    expect(looks).toBe(2);
  });

  it("gives the equal-time baseline S' = round(S (1 - saved)) steps, for all seeds alike", async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services } = await openLab(trainers);
    await services.studies.start(STUDY);
    await services.queue.idle();
    const { arms } = await services.studies.show('small');
    // S = 2 epochs of 500 / 10 steps.
    const shortened = equalTimeSteps(100, arms[1].computeSaved);
    expect(arms.map((arm) => arm.steps)).toEqual([100, 100, shortened]);
    const steps = trainers.starts.filter(({ arm }) => arm?.endsWith('equal time')).map(({ spec }) => spec.steps);
    expect(steps).toEqual([shortened, shortened]);
  });

  it("takes S' from the profile of the policy's first run, in time for the equal-time run behind it", async () => {
    const trainers = scriptedTrainers(({ arm, spec }) => {
      const { events, end } = finishing(0.1, 10);
      return { events: arm === ARM ? [profiled(0.1 * spec.seed, 0.5), ...events] : events, end };
    });
    const { services } = await openLab(trainers);
    await services.studies.start(STUDY);
    await services.queue.idle();
    const steps = trainers.starts.filter(({ arm }) => arm?.endsWith('equal time')).map(({ spec }) => spec.steps);
    expect(steps).toEqual([90, 90]);
    expect((await services.studies.show('small')).arms[2]).toMatchObject({ steps: 90, stepsFrom: 'profile' });
    await services.studies.extend('small', { seeds: [3], policies: [] });
    await services.queue.idle();
    expect(trainers.starts.at(-1)?.spec.steps).toBe(90);
  });

  it('knows a curve again that an earlier version called by its points, and refuses another one of its name', async () => {
    const points: [number, number][] = [
      [0, 0.4],
      [1, 1],
    ];
    const curve = { kind: 'freezeout', shape: 'curve', points, scaled: true } as const;
    const { services, store } = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
    await services.studies.start({ ...STUDY, arms: [], equalTimeBaseline: false });
    await services.queue.idle();
    const { id, arms } = await services.studies.show('small');
    await store.extendStudy(id, [{ ...arms[0], name: 'curve scaled 0:0.4 1:1', role: 'policy', policy: curve }], []);
    await services.studies.extend('small', { seeds: [], policies: [{ ...curve, name: 'late start' }] });
    await services.queue.idle();
    const names = async () => (await services.studies.show('small')).arms.map(({ name }) => name);
    expect(await names()).toEqual(['baseline', 'curve scaled 0:0.4 1:1']);
    const other = { ...curve, scaled: false, name: 'late start' };
    await services.studies.extend('small', { seeds: [], policies: [other] });
    await services.queue.idle();
    expect(await names()).toContain('late start');
    await expect(
      services.studies.extend('small', {
        seeds: [],
        policies: [
          {
            ...other,
            points: [
              [0, 0.5],
              [1, 1],
            ],
          },
        ],
      }),
    ).rejects.toThrow('"small" has another policy called "late start"');
    await services.queue.idle();
  });

  it('says which images it holds out, and goes on so whatever its data would decide', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services, store } = await openLab(trainers);
    await services.studies.create({ ...STUDY, name: 'decided' });
    expect((await services.studies.show('decided')).base.split).toBe('in-order');
    // A study of another rule, as an older version would have stored it.
    const base = { ...STUDY.base, split: 'by-class' as const };
    const facts = { id: 'older', name: 'older', equalTimeBaseline: false, margin: 0.5, createdAt: 0 };
    await store.createStudy({ ...facts, base }, [], []);
    await services.studies.start({ ...STUDY, name: 'older', equalTimeBaseline: false });
    await services.queue.idle();
    expect(new Set(trainers.starts.map(({ spec }) => spec.split))).toEqual(new Set(['by-class']));
    const other = { ...STUDY, name: 'older', equalTimeBaseline: false, base: { ...base, split: 'in-order' as const } };
    await expect(services.studies.start(other)).rejects.toThrow('exists with another base or margin');
  });

  it('stores with each run which classes its parts lack', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services } = await openLab(trainers);
    const { runIds } = await services.studies.start({ ...STUDY, base: { ...STUDY.base, validation: 9 } });
    const run = await services.runs.show(runIds[0]);
    expect(run.classGaps).toEqual([{ part: 'validation', classes: 1, names: ['0'], isInFile: true }]);
    await services.queue.idle();
    expect(trainers.starts[0].classGaps).toEqual(run.classGaps);
  });

  it('runs only what is missing when it is called again', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services } = await openLab(trainers);
    await services.studies.start(STUDY);
    await services.queue.idle();
    expect((await services.studies.start(STUDY)).runIds).toEqual([]);
    // What a report brings to repeat it is the same study.
    const spec = parseStudySpec(JSON.parse(JSON.stringify(repeatSpec([await services.studies.show('small')]))));
    expect((await services.studies.start(spec)).runIds).toEqual([]);
    const extended = await services.studies.extend('small', { seeds: [3], policies: [] });
    await services.queue.idle();
    expect(extended.runIds).toHaveLength(3);
    expect(trainers.starts.slice(6).map(({ spec }) => spec.seed)).toEqual([3, 3, 3]);
  });

  it('goes on with failed and interrupted runs, and leaves diverged ones', async () => {
    const endings = ['run.failed', 'run.interrupted', 'run.diverged'] as const;
    let started = 0;
    const trainers = scriptedTrainers(() => {
      const type = endings[started++];
      return type === undefined ? finishing(0.1, 10) : { events: [{ type, step: 3, reason: 'Scripted.' }], end: null };
    });
    const { services } = await openLab(trainers);
    const first = await services.studies.start({ ...STUDY, seeds: [1] });
    await services.queue.idle();
    const again = await services.studies.start({ ...STUDY, seeds: [1] });
    await services.queue.idle();
    expect(again.runIds).toEqual(first.runIds.slice(0, 2));
    expect(trainers.starts.slice(3).map(({ arm, lastSeq }) => [arm, lastSeq > 0])).toEqual([
      ['baseline', true],
      [ARM, true],
    ]);
  });

  it('refuses another base under the same name, and writes nothing', async () => {
    const { services } = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
    await services.studies.start(STUDY);
    await services.queue.idle();
    const other = parseStudySpec({ ...STUDY, base: { ...STUDY.base, epochs: 3 } });
    await expect(services.studies.start(other)).rejects.toMatchObject({ code: 'conflict' });
    expect((await services.studies.show('small')).runs).toHaveLength(6);
  });

  it('refuses a data set that nobody added', async () => {
    const { services } = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
    const unknown = parseStudySpec({ ...STUDY, base: { ...STUDY.base, dataset: 'nowhere' } });
    await expect(services.studies.start(unknown)).rejects.toMatchObject({ code: 'not-found' });
    expect(await services.studies.list()).toEqual([]);
  });

  it('compares each seed of an arm with the same seed of the baseline', async () => {
    const trainers = scriptedTrainers(({ arm, spec }) => {
      if (arm === 'baseline') return finishing(0.1, 10 * spec.seed);
      return finishing(0.12, 8 * spec.seed);
    });
    const { services } = await openLab(trainers);
    await services.studies.start(STUDY);
    await services.queue.idle();
    const { arms } = await services.studies.compare('small');
    // 1 - 8/10 and 1 - 16/20: the seeds' own lengths do not matter.
    expect(arms[1].saved.wall).toBeCloseTo(0.2, 12);
    expect(arms[1].errorDelta).toBeCloseTo(2, 12);
    // No spread but that of whole seconds: t(0.975, 1) times the root of the mean of (1 + 0.8^2) / 12 T^2, T of 10 and 20 s.
    const rounding = Math.sqrt((1.64 / 12) * ((1 / 100 + 1 / 400) / 2));
    expect(arms[1].ci.wall?.[0]).toBeCloseTo(0.2 - 12.706204736432095 * rounding, 9);
  });
});
