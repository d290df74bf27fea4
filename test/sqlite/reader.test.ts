import { describe, expect, it, onTestFinished } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { openReadOnly } from '../../src-main/sqlite/database.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import type { SqliteStore } from '../../src-main/sqlite/store.ts';
import {
  ARMS,
  checkpointSaved,
  epochFinished,
  newRun,
  newStudy,
  numbered,
  runFinished,
  secondsOf,
  specOf,
  started,
  stemFrozen,
  stepSampled,
  temporaryStore,
} from '../support/store-fixtures.ts';

/** A store, and a reader beside it on a connection of its own. */
function opened() {
  const { store, path } = temporaryStore();
  const database = openReadOnly(path);
  onTestFinished(() => void database.close());
  return { store, reader: new SqliteReader(database) };
}

function trained(store: SqliteStore, id: string, bodies: readonly RunEventBody[], place = {}): void {
  store.enqueue([newRun(id, place)]);
  store.appendEvents(numbered(id, [started, ...bodies]));
}

const finished = (testError: number, training: number) =>
  runFinished({ testError, testLoss: 1, seconds: secondsOf(training) });
const page = { after: null, limit: 250 };

describe('the rows of all runs', () => {
  it('say where a run stands, with the last and the least of its series', () => {
    const { store, reader } = opened();
    store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
    const epochs = [0.5, 0.2, Number.NaN].map((error, index) =>
      epochFinished(index + 1, { validationError: error, validationLoss: null }),
    );
    trained(store, 'run-1', [...epochs, finished(0.25, 31)], { studyId: 'study-1', arm: 'cubic scaled 0.5' });
    const [row] = reader.runRows(page).rows;
    expect(row).toMatchObject({
      id: 'run-1',
      studyId: 'study-1',
      studyName: 'quick',
      arm: 'cubic scaled 0.5',
      role: 'policy',
      status: 'finished',
      spec: specOf(),
      steps: 60,
      epoch: 3,
      seconds: secondsOf(31),
      testError: 0.25,
      device: 'tensorflow-cpu on CPU',
      tags: [],
    });
    expect(row.series.trainLoss).toEqual({ last: 2 / 3, lastEpoch: 3, best: 2 / 3, bestEpoch: 3 });
    expect(row.series.validationLoss).toEqual({ last: null, lastEpoch: null, best: null, bestEpoch: null });
    expect(row.series.validationError).toEqual({ last: Number.NaN, lastEpoch: 3, best: 0.2, bestEpoch: 2 });
  });

  it('come newest first, a page after another, trash and archive included', () => {
    const { store, reader } = opened();
    const ids = Array.from({ length: 7 }, (_, index) => `run-${index}`);
    store.enqueue(ids.map((id) => newRun(id)));
    store.setDeleted('run-3', true);
    store.updateRuns(['run-2'], { archived: true });
    const seen: string[] = [];
    for (let after: number | null = null, pages = 0; pages < 4; pages++) {
      const { rows, next } = reader.runRows({ after, limit: 3 });
      seen.push(...rows.map((row) => row.id));
      if (next === null) break;
      after = next;
    }
    expect(seen).toEqual(ids.toReversed());
    expect(reader.runRows({ after: null, limit: 3 }).rows).toHaveLength(3);
    expect(reader.runRows({ ...page, ids: ['run-3'] }).rows[0]).toMatchObject({ id: 'run-3', deleted: true });
    expect(reader.runRows({ ...page, ids: ['run-2'] }).rows[0]).toMatchObject({ archived: true });
  });

  it('can be picked by id; unknown ones are left out', () => {
    const { store, reader } = opened();
    store.enqueue(['run-1', 'run-2', 'run-3'].map((id) => newRun(id)));
    const picked = reader.runRows({ ...page, ids: ['run-1', 'nobody', 'run-3', 'run-3'] });
    expect(picked.rows.map((row) => row.id)).toEqual(['run-3', 'run-1']);
    expect(picked.next).toBeNull();
  });

  it('have the values of a series at one epoch, NaN included', () => {
    const { store, reader } = opened();
    trained(store, 'run-1', [epochFinished(1), epochFinished(2, { validationError: Number.NaN })]);
    trained(store, 'run-2', [epochFinished(1), epochFinished(2, { validationError: null })]);
    trained(store, 'run-3', [epochFinished(1)]);
    expect(reader.valuesAt('validationError', 2)).toEqual({ runs: ['run-1'], values: [Number.NaN] });
    expect(reader.valuesAt('validationError', 1)).toEqual({
      runs: ['run-3', 'run-2', 'run-1'],
      values: [0.5, 0.5, 0.5],
    });
  });
});

describe('curves', () => {
  const query = { buckets: 400, smoothing: 0 };

  it('have the active training seconds up to each epoch, and end where the run ends', () => {
    const { store, reader } = opened();
    const seconds = [10, 8, 3].map(secondsOf);
    const epochs = seconds.map((of, index) => epochFinished(index + 1, { seconds: of, validationLoss: null }));
    trained(store, 'run-1', epochs, { steps: 45 });
    const [curve] = reader.curves({ ...query, runs: ['run-1', 'nobody'], series: 'trainLoss' });
    expect(curve).toEqual({
      runId: 'run-1',
      layer: null,
      epoch: [1, 2, 3],
      step: [20, 40, 45],
      seconds: [10, 18, 21],
      low: [2, 1, 2 / 3],
      high: [2, 1, 2 / 3],
      last: [2, 1, 2 / 3],
      smooth: null,
      points: 3,
    });
    expect(reader.curves({ ...query, runs: ['run-1'], series: 'epochSeconds' })[0].last).toEqual([10, 8, 3]);
    expect(reader.curves({ ...query, runs: ['run-1'], series: 'validationLoss' })[0].points).toBe(0);
  });

  it('place the loss of a step within its epoch, in time too', () => {
    const { store, reader } = opened();
    const losses = [2, Number.NaN, Number.POSITIVE_INFINITY, 1];
    const samples = [0, 10, 20, 30].map((step, index) => stepSampled(step, { loss: losses[index] }));
    trained(store, 'run-1', [...samples.slice(0, 2), epochFinished(1), ...samples.slice(2)]);
    const [curve] = reader.curves({ ...query, runs: ['run-1'], series: 'stepLoss' });
    expect(curve.epoch).toEqual([0, 0.5, 1, 1.5]);
    // The first epoch took 10 s; the second has not ended, and a step of it 14.25 ms.
    expect(curve.seconds).toEqual([0, 5, 10, 10 + 10 * 0.01425]);
    expect(curve.last).toEqual(losses);
  });

  it('are reduced', () => {
    const { store, reader } = opened();
    const epochs = Array.from({ length: 1000 }, (_, index) => epochFinished(index + 1));
    trained(store, 'run-1', epochs, { steps: 20_000, spec: specOf({ epochs: 1000 }) });
    const [curve] = reader.curves({ runs: ['run-1'], series: 'trainLoss', buckets: 300, smoothing: 0.5 });
    expect(curve.points).toBe(1000);
    expect(curve.last).toHaveLength(250);
    expect(curve.high[0]).toBe(2);
    expect(curve.epoch.at(-1)).toBe(1000);
    expect(curve.smooth).toHaveLength(250);
  });
});

describe('the times of steps', () => {
  it('are means of each bucket, with the layers that were frozen at its end', () => {
    const { store, reader } = opened();
    const sample = (step: number, wait: number) => stepSampled(step, { ms: { wait, step: 10, other: 1 } });
    trained(store, 'run-1', [sample(0, 1), sample(10, 3), sample(20, 5), stemFrozen, sample(30, 7), sample(40, 9)]);
    expect(reader.stepTimes('run-1', 3)).toEqual({
      step: [10, 30, 40],
      waitMs: [2, 6, 9],
      stepMs: [10, 10, 10],
      otherMs: [1, 1, 1],
      frozenLayers: [0, 1, 1],
    });
  });
});

describe('a reader in the middle of a query', () => {
  it('does not keep the writer waiting, nor from giving space back later', () => {
    const { store, path } = temporaryStore();
    trained(store, 'run-1', [epochFinished(1), finished(0.1, 10)]);
    const database = openReadOnly(path);
    onTestFinished(() => void database.close());
    const rows = database.prepare('SELECT * FROM epochs').iterate();
    rows.next();
    store.setDeleted('run-1', true);
    const startedAt = performance.now();
    store.purge('run-1');
    store.enqueue([newRun('run-2')]);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    rows.return?.();
    expect(new SqliteReader(database).runRows(page).rows.map((row) => row.id)).toEqual(['run-2']);
  });
});

describe('the history of a run', () => {
  it('is what has no table of its own', () => {
    const { store, reader } = opened();
    trained(store, 'run-1', [stepSampled(0), epochFinished(1), checkpointSaved(20, 10), finished(0.1, 10)]);
    expect(reader.history('run-1').map((event) => event.type)).toEqual(['run.started', 'run.finished']);
  });
});

describe('the comparison of a study', () => {
  const RATIO = { low: 0.5, median: 0.5, high: 0.5 };
  const profiled: RunEventBody = {
    type: 'run.profiled',
    unfrozen: { steps: 6, stepMs: { minimum: 20, median: 20 } },
    depths: [{ frozenLayers: 1, steps: 6, stepMs: { minimum: 10, median: 10 }, ratio: RATIO }],
    saved: { profile: 0.25 },
    seconds: 1,
  };
  const frozen: RunEventBody = { type: 'layer.frozen', layer: 0, step: 30, epoch: 2 };
  /** Every step of 60 is sampled, half of them with one layer frozen. */
  const samples = (msAt: (step: number) => number): RunEventBody[] =>
    Array.from({ length: 60 }, (_, step) => ({
      ...stepSampled(step),
      ms: { wait: 0, step: msAt(step), other: 0 },
    }));
  const spec = specOf({ logEverySteps: 1 });
  const study = (arm: string) => ({ studyId: 'study-1', arm, spec });

  function warningsOf(baseline: (step: number) => number, arm: readonly RunEventBody[]) {
    const { store, reader } = opened();
    store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
    trained(store, 'run-1', [...samples(baseline), finished(0.1, 100)], study('baseline'));
    trained(store, 'run-2', [profiled, ...arm, finished(0.1, 75)], study('cubic scaled 0.5'));
    const { warnings } = reader.compare(store.study('quick'));
    return warnings.filter((warning) => warning.includes('than the profile predicts'));
  }

  it('counts the energy of runs whose power was measured in every epoch', () => {
    const { store, reader } = opened();
    store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
    const epochs = (watts: readonly (number | null)[]) =>
      watts.map((power, index) => ({
        ...epochFinished(index + 1, { seconds: secondsOf(10) }),
        ...(power !== null && { metrics: { processorWatts: power } }),
      }));
    trained(store, 'run-1', [...epochs([100, 300]), finished(0.1, 20)], study('baseline'));
    trained(store, 'run-2', [...epochs([100, 100]), finished(0.1, 20)], study('cubic scaled 0.5'));
    const [baseline, arm] = reader.compare(store.study('quick')).arms;
    expect(baseline.energy).toMatchObject({ joules: 4000, of: ['processorWatts'] });
    expect(arm.energy).toMatchObject({ joules: 2000, saved: 0.5, ci: null, test: null });
    trained(store, 'run-3', [...epochs([100, null]), finished(0.1, 20)], { ...study('cubic scaled 0.5, equal time') });
    expect(reader.compare(store.study('quick')).arms.map(({ energy }) => energy?.joules)).not.toContain(1000);
  });

  it('warns where the sampled steps part from what the profile predicts, and not where they do not', () => {
    const asProfiled = samples((step) => (step < 30 ? 20 : 10));
    const arm = (steps: readonly RunEventBody[]) => [...steps.slice(0, 30), frozen, ...steps.slice(30)];
    expect(warningsOf(() => 20, arm(asProfiled))).toEqual([]);
    const slowed = warningsOf(() => 20, arm(samples((step) => (step < 30 ? 20 : 15))));
    expect(slowed).toEqual([expect.stringContaining('in seed 1 from step 30 in epoch 2 on (1.5x as long as before')]);
    const [ofBaseline] = warningsOf(() => 30, arm(asProfiled));
    expect(ofBaseline).toMatch(/met a baseline whose steps took 50 % longer than the profile predicts/);
  });

  it('warns where the times of epochs do so and too few steps were sampled', () => {
    const quick = (seconds: readonly number[]) =>
      seconds.map((training, index) => epochFinished(index + 1, { seconds: secondsOf(training) }));
    const said = (seconds: readonly number[]) => {
      const { store, reader } = opened();
      store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
      const place = (arm: string) => ({ studyId: 'study-1', arm, stepsPerEpoch: 15 });
      trained(store, 'run-1', [...quick([0.3, 0.3, 0.3, 0.3]), finished(0.1, 1.2)], place('baseline'));
      trained(store, 'run-2', [profiled, frozen, ...quick(seconds), finished(0.1, 1)], place('cubic scaled 0.5'));
      const { warnings } = reader.compare(store.study('quick'));
      return warnings.filter((warning) => warning.includes('than the profile predicts'));
    };
    expect(said([0.3, 0.3, 0.15, 0.15])).toEqual([]);
    expect(said([0.36, 0.36, 0.18, 0.18])).toEqual([
      expect.stringMatching(/^cubic scaled 0.5 \(seed 1\) took 20 % longer for a step, at the same freeze depth/),
    ]);
  });

  it('does not take the work that the cache of frozen layers saves for a load', () => {
    const decided: RunEventBody = {
      ...{
        type: 'prefix-cache.decided',
        depth: 1,
        step: 30,
        place: 'memory',
        images: 10,
        bytes: 10,
        predictedSaved: 1,
      },
      reason: 'It fits.',
    };
    const quick = samples((step) => (step < 30 ? 20 : 3));
    const arm = (...extra: readonly RunEventBody[]) => [...quick.slice(0, 30), frozen, ...extra, ...quick.slice(30)];
    expect(warningsOf(() => 20, arm(decided))).toEqual([]);
    expect(warningsOf(() => 20, arm())).toHaveLength(1);
  });
});

describe('the overview of studies', () => {
  const inStudy = (arm: string, seed: number) => ({ studyId: 'study-1', arm, spec: specOf({ seed }) });

  it('counts runs and epochs, newest study first', () => {
    const { store, reader } = opened();
    store.createStudy(newStudy('study-1', 'quick'), ARMS, [1, 2]);
    store.createStudy(newStudy('study-2', 'empty'), ARMS, [1]);
    trained(store, 'run-1', [epochFinished(1), epochFinished(2)], inStudy('baseline', 1));
    store.enqueue([newRun('run-2', inStudy('baseline', 2)), newRun('run-3', inStudy('baseline', 2))]);
    store.enqueue([newRun('run-4', { ...inStudy('cubic scaled 0.5, equal time', 1), steps: 45 })]);
    store.setDeleted('run-3', true);
    const [empty, quick] = reader.overview();
    expect(empty).toMatchObject({ id: 'study-2', counts: {}, epochs: 0, headline: null, changedAt: null });
    expect(quick).toMatchObject({ id: 'study-1', counts: { running: 1, queued: 2 }, epochsDone: 2, epochs: 9 });
    expect(quick).toMatchObject({ seeds: [1, 2], headline: null, changedAt: 3000 });
    expect(quick.arms.map((arm) => arm.role)).toEqual(['baseline', 'policy', 'equal-time']);
  });

  it('takes its headline from the arm that answers the study, not from the one that saves most at any cost', () => {
    const { store, reader } = opened();
    const other = { ...ARMS[1], name: 'linear 0.5' };
    store.createStudy(newStudy('study-1', 'quick'), [...ARMS, other], [1, 2]);
    const results = [
      ['baseline', 1, 0.1, 100],
      ['baseline', 2, 0.12, 110],
      ['cubic scaled 0.5', 1, 0.11, 80],
      ['cubic scaled 0.5', 2, 0.13, 90],
      ['linear 0.5', 1, 0.2, 40],
      ['linear 0.5', 2, 0.2, 40],
    ] as const;
    for (const [arm, seed, error, seconds] of results) {
      trained(store, `${arm}/${seed}`.replaceAll(/\W/g, '-'), [finished(error, seconds)], inStudy(arm, seed));
    }
    const compared = compareStudy(store.study('quick')).arms.find((arm) => arm.name === 'cubic scaled 0.5');
    expect(reader.overview()[0].headline).toEqual({
      arm: 'cubic scaled 0.5',
      wall: compared?.saved.wall,
      errorDelta: compared?.errorDelta,
      pairs: 2,
      ...{ state: 'not-shown', isWithin: false, margin: 0.5 },
    });
    // (1 - 80/100 + 1 - 90/110) / 2
    expect(compared?.saved.wall).toBeCloseTo((0.2 + 20 / 110) / 2, 12);
  });

  it('leaves runs on other data out of the headline by the rule of the comparison', () => {
    const { store, reader } = opened();
    const on = (letter: string) => ({ data: { sha256: letter.repeat(64), location: null } });
    store.createStudy(newStudy('study-1', 'quick'), ARMS, [1, 2, 3]);
    trained(store, 'b-1', [finished(0.1, 100)], { ...inStudy('baseline', 1), data: null });
    trained(store, 'b-2', [finished(0.1, 100)], { ...inStudy('baseline', 2), data: null });
    trained(store, 'a-1', [finished(0.1, 50)], { ...inStudy('cubic scaled 0.5', 1), ...on('a') });
    trained(store, 'a-2', [finished(0.1, 80)], { ...inStudy('cubic scaled 0.5', 2), ...on('b') });
    store.enqueue([newRun('b-3', { ...inStudy('baseline', 3), ...on('b') })]);
    const compared = compareStudy(store.study('quick')).arms.find((arm) => arm.name === 'cubic scaled 0.5');
    expect(compared?.points).toHaveLength(1);
    expect(reader.overview()[0].headline).toMatchObject({ wall: compared?.saved.wall, pairs: 1 });
    expect(compared?.saved.wall).toBeCloseTo(0.2, 12);
  });
});
