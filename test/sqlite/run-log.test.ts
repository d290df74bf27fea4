import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { RunEventBody, TrainingConditions } from '#core/run-event.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import { UNKNOWN_CONDITIONS } from '../support/conditions.ts';
import {
  checkpointSaved,
  ENVIRONMENT,
  epochFinished,
  LAYERS,
  newRun,
  numbered,
  profiled,
  runFinished,
  secondsOf,
  started,
  stemFrozen,
  stepSampled,
  temporaryStore,
} from '../support/store-fixtures.ts';

const finished = runFinished({ testError: 0.125, testLoss: 0.5 });

const CLASSES = 12;
/** 12 classes of ten images: of class c, c images are taken for the next class, and one has no predicted class. */
function counted(split: 'validation' | 'test'): RunEventBody {
  const classNames = Array.from({ length: CLASSES }, (_, label) => `class ${label}`);
  const predicted = classNames.map((_, label) => ({
    ...(label < 9 && { [label]: 9 - label }),
    ...(label > 0 && { [(label + 1) % CLASSES]: Math.min(label, 10) }),
  }));
  const images = classNames.map(() => 10);
  return { type: 'predictions.counted', split, classNames, images, predicted, topFiveErrors: 30 };
}

const wholeRun: readonly RunEventBody[] = [
  started,
  profiled(0.125, 0.75, 0.5),
  stepSampled(0),
  epochFinished(1),
  checkpointSaved(20, 10),
  stemFrozen,
  epochFinished(2),
  checkpointSaved(40, 20),
  epochFinished(3),
  counted('validation'),
  counted('test'),
  finished,
];

function storeWithRun(bodies: readonly RunEventBody[] = []) {
  const opened = temporaryStore();
  opened.store.enqueue([newRun('run-1')]);
  opened.store.appendEvents(numbered('run-1', bodies));
  return opened;
}

function query<Row>(path: string, sql: string): Row[] {
  const database = new Database(path, { readonly: true });
  const rows = database.prepare<[], Row>(sql).all();
  database.close();
  return rows;
}

function stopped(type: 'run.paused' | 'run.stopped' | 'run.diverged' | 'run.failed' | 'run.interrupted'): RunEventBody {
  return { type, step: 20, reason: 'Because.' };
}

test('a whole run becomes rows, and its events come back as they were', () => {
  const { store } = storeWithRun(wholeRun);
  const run = store.run('run-1');
  expect(run).toMatchObject({ status: 'finished', reason: null, startedAt: 1000, endedAt: 12_000, lastSeq: 12 });
  expect(run).toMatchObject({ epoch: 3, frozenLayers: 2, seconds: secondsOf(30), testError: 0.125 });
  expect(run.validationError).toBe(0.5 / 3);
  expect(run.environment).toEqual(ENVIRONMENT);
  expect(run.layers).toEqual(LAYERS);
  expect(run.epochs.map(({ epoch, trainLoss }) => [epoch, trainLoss])).toEqual([
    [1, 2],
    [2, 1],
    [3, 2 / 3],
  ]);
  expect(run.freezes).toEqual([{ layer: 0, plannedStep: 21, step: 21, epoch: 2 }]);
  expect(run.checkpoints.map(({ step, epoch }) => [step, epoch])).toEqual([
    [20, 1],
    [40, 2],
  ]);
  expect(run.segments).toEqual([{ startedAt: 1000, endedAt: 12_000, reason: 'The training is complete.' }]);
  expect(run.profileSaved).toBe(0.125);
  expect(run.profile?.depths.map(({ frozenLayers, ratio }) => [frozenLayers, ratio.median])).toEqual([
    [1, 0.75],
    [2, 0.5],
  ]);
  expect(store.events('run-1')).toEqual(numbered('run-1', wholeRun));
});

test('predictions are kept once for each split, with the numbers that follow from them', () => {
  const { store, path } = storeWithRun(wholeRun);
  const [validation, test] = store.run('run-1').splitErrors;
  // Recalls: 9/10, 8/10, ... 1/10 and three times 0.
  const numbers = { classes: CLASSES, images: 120, errors: 75, topFiveError: 0.25 };
  expect(validation).toMatchObject({ split: 'validation', ...numbers });
  expect(test.balancedAccuracy).toBeCloseTo(4.5 / CLASSES, 14);
  store.appendEvents(numbered('run-1', [...wholeRun, counted('test')]).slice(-1));
  expect(
    store
      .events('run-1')
      .filter(({ type }) => type === 'predictions.counted')
      .map(({ seq }) => seq),
  ).toEqual([10, 13]);
  expect(query<{ rows: number }>(path, 'SELECT count(*) AS rows FROM predictions')).toEqual([{ rows: 2 }]);
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const { type: _type, ...predictions } = counted('test') as Extract<RunEventBody, { type: 'predictions.counted' }>;
  expect(new SqliteReader(database).predictions('run-1')[1]).toEqual(predictions);
});

test('the data of a run that does not know them come with its start, and are kept from then on', () => {
  const { store } = temporaryStore();
  const [first, second] = ['ab'.repeat(32), 'cd'.repeat(32)].map((sha256) => ({ sha256 }));
  store.enqueue([newRun('old'), newRun('new', { data: { ...first, location: null } })]);
  store.appendEvents(numbered('old', [started]));
  expect(store.run('old').data).toBeNull();
  store.appendEvents(numbered('old', [{ ...started, data: first }], 2));
  store.appendEvents(numbered('old', [{ ...started, data: second }], 3));
  store.appendEvents(numbered('new', [{ ...started, data: second }]));
  for (const id of ['old', 'new']) expect(store.run(id).data).toEqual({ ...first, location: null });
});

test('what else the machine did is averaged by training time, or added up, over the epochs that know it', () => {
  const epoch = (number: number, training: number, conditions: Partial<TrainingConditions>) =>
    epochFinished(number, { seconds: secondsOf(training), conditions: { ...UNKNOWN_CONDITIONS, ...conditions } });
  const { store } = storeWithRun([
    started,
    epoch(1, 30, { otherLoad: 1, throttledSeconds: 2, frequencyMHz: 2000 }),
    epoch(2, 10, { otherLoad: 0.2, throttledSeconds: 0.5 }),
    epoch(3, 100, {}),
  ]);
  // (30 * 1 + 10 * 0.2) / 40
  const conditions = { otherLoad: 0.8, throttledSeconds: 2.5, thermalThrottles: null, frequencyMHz: 2000 };
  expect(store.run('run-1').conditions).toEqual(conditions);
  expect(store.run('run-1').epochs[1].conditions).toEqual({
    ...UNKNOWN_CONDITIONS,
    otherLoad: 0.2,
    throttledSeconds: 0.5,
  });
});

test('a run that begins again measures again, and only the newer profile is kept', () => {
  const { store, path } = storeWithRun([started, profiled(0.125, 0.75, 0.5), stopped('run.interrupted')]);
  store.appendEvents(numbered('run-1', [started, profiled(0.25, 0.625)], 4));
  const { profile, profileSaved } = store.run('run-1');
  expect([profileSaved, profile?.depths.length]).toEqual([0.25, 1]);
  expect(query(path, 'SELECT frozen_layers FROM profile_depths')).toEqual([{ frozen_layers: 1 }]);
  expect(store.events('run-1').filter(({ type }) => type === 'run.profiled')).toHaveLength(1);
});

test('events that were stored before change nothing', () => {
  const { store } = storeWithRun(wholeRun);
  const before = [store.run('run-1'), store.events('run-1')];
  store.appendEvents(numbered('run-1', wholeRun));
  store.appendEvents(numbered('run-1', [stopped('run.failed')], 5));
  expect([store.run('run-1'), store.events('run-1')]).toEqual(before);
});

test('a batch with an event of an unknown run is refused as a whole', () => {
  const { store } = storeWithRun();
  const events = [...numbered('run-1', [started]), ...numbered('nowhere', [started])];
  expect(() => store.appendEvents(events)).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(store.run('run-1')).toMatchObject({ status: 'queued', lastSeq: 0 });
});

test.each([
  ['run.paused', 'paused'],
  ['run.stopped', 'stopped'],
  ['run.diverged', 'diverged'],
  ['run.failed', 'failed'],
  ['run.interrupted', 'interrupted'],
] as const)('%s gives its status and reason and closes the segment', (type, status) => {
  const { store } = storeWithRun([started, stopped(type)]);
  expect(store.run('run-1')).toMatchObject({ status, reason: 'Because.', endedAt: 2000 });
  expect(store.run('run-1').segments).toEqual([{ startedAt: 1000, endedAt: 2000, reason: 'Because.' }]);
});

test('a resumed run goes on in a new segment, and its first start is kept', () => {
  const { store } = storeWithRun([
    started,
    epochFinished(1),
    checkpointSaved(20, 10),
    stopped('run.paused'),
    { type: 'run.resumed', step: 20, reason: 'You resumed it.' },
    started,
    epochFinished(2),
  ]);
  const run = store.run('run-1');
  expect(run).toMatchObject({ status: 'running', reason: null, startedAt: 1000, endedAt: null, epoch: 2 });
  expect(run.segments).toEqual([
    { startedAt: 1000, endedAt: 4000, reason: 'Because.' },
    { startedAt: 5000, endedAt: null, reason: null },
  ]);
});

test('what a resumed run repeats replaces its rows and counts once', () => {
  const { store, path } = storeWithRun([
    started,
    epochFinished(1, { trainLoss: 2 }),
    checkpointSaved(20, 10),
    stepSampled(25, { loss: 9 }),
    stemFrozen,
    epochFinished(2, { trainLoss: 0.1, validationError: 0.9 }),
    stopped('run.interrupted'),
    { type: 'run.resumed', step: 20, reason: 'You resumed it.' },
    stepSampled(25, { loss: 1 }),
    { ...stemFrozen, step: 22 },
    epochFinished(2, { trainLoss: 1, validationError: 0.2 }),
    epochFinished(3, { trainLoss: 3, validationError: null }),
  ]);
  const run = store.run('run-1');
  expect(run.epochs.map(({ trainLoss }) => trainLoss)).toEqual([2, 1, 3]);
  expect(run.freezes).toEqual([{ layer: 0, plannedStep: 21, step: 22, epoch: 2 }]);
  expect(run.seconds.training).toBe(30);
  expect(run.validationError).toBe(0.2);
  expect(store.events('run-1').map(({ seq }) => seq)).toEqual([1, 2, 3, 7, 8, 9, 10, 11, 12]);
  const stats = query(path, 'SELECT first, first_step, last, last_step, min, min_step, max, max_step FROM run_stats');
  expect(stats).toEqual([
    { first: 2, first_step: 1, last: 3, last_step: 3, min: 1, min_step: 2, max: 3, max_step: 3 },
    { first: 3, first_step: 1, last: 1, last_step: 3, min: 1, min_step: 3, max: 3, max_step: 1 },
    { first: 0.5, first_step: 1, last: 0.2, last_step: 2, min: 0.2, min_step: 2, max: 0.5, max_step: 1 },
  ]);
});

test('the clock of a resumed run goes on from its checkpoint', () => {
  const { store } = storeWithRun([
    started,
    epochFinished(1),
    checkpointSaved(20, 10),
    epochFinished(2),
    stopped('run.interrupted'),
    { type: 'run.resumed', step: 20, reason: 'You resumed it.' },
  ]);
  expect(store.run('run-1').seconds).toEqual(secondsOf(10));
});

test('a freeze knows the active seconds before it, without the pause', () => {
  const { path } = storeWithRun([
    started,
    epochFinished(1),
    checkpointSaved(20, 10),
    stopped('run.paused'),
    { type: 'run.resumed', step: 20, reason: 'You resumed it.' },
    stemFrozen,
  ]);
  // 10 + 1 + 0.1 s at the checkpoint, and one second from the resume to the freeze.
  const [freeze] = query<{ active_seconds: number }>(path, 'SELECT active_seconds FROM freezes');
  expect(freeze?.active_seconds).toBeCloseTo(12.1, 12);
});

test('NaN, infinities and the unknown stay apart', () => {
  const bodies: readonly RunEventBody[] = [
    started,
    stepSampled(0, { loss: Number.NaN }),
    stepSampled(1, { loss: Number.POSITIVE_INFINITY }),
    epochFinished(1, { trainLoss: Number.NaN, validationLoss: Number.NEGATIVE_INFINITY, validationError: null }),
    epochFinished(2, { trainLoss: 1, validationLoss: null, validationError: Number.NaN }),
    { ...finished, testError: Number.NaN, testLoss: Number.POSITIVE_INFINITY } as RunEventBody,
  ];
  const { store, path } = storeWithRun(bodies);
  const run = store.run('run-1');
  expect(
    run.epochs.map(({ trainLoss, validationLoss, validationError }) => [trainLoss, validationLoss, validationError]),
  ).toEqual([
    [Number.NaN, Number.NEGATIVE_INFINITY, null],
    [1, null, Number.NaN],
  ]);
  // The error of a test without images, which its event still says.
  expect(run).toMatchObject({ validationError: Number.NaN, testError: null });
  expect(store.events('run-1')).toEqual(numbered('run-1', bodies));
  const stats = query(path, 'SELECT key_id, first, last, min, min_step, nan_mask FROM run_stats');
  expect(stats).toEqual([
    { key_id: 1, first: null, last: 1, min: 1, min_step: 2, nan_mask: 1 },
    {
      key_id: 2,
      first: Number.NEGATIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      min: Number.NEGATIVE_INFINITY,
      min_step: 1,
      nan_mask: 0,
    },
    { key_id: 3, first: null, last: null, min: null, min_step: null, nan_mask: 3 },
  ]);
});

test('the node, the job, the card, the arithmetic and the form of the graph of a run are kept as they are told', () => {
  const { store } = temporaryStore();
  const gpu = { model: 'NVIDIA A100', uuid: 'GPU-1', driver: '550.54', clockMHz: 1410, memoryClockMHz: null };
  const environment = {
    ...ENVIRONMENT,
    nodeName: 'n17',
    job: '4711',
    gpu,
    arithmetic: 'TF32',
    graph: 'channels first',
  };
  store.enqueue([newRun('run-9')]);
  store.appendEvents(numbered('run-9', [{ ...started, environment }]));
  expect(store.run('run-9').environment).toEqual(environment);
});

test('runs of one machine share its environment', () => {
  const { store, path } = storeWithRun([started]);
  store.enqueue([newRun('run-2'), newRun('run-3')]);
  store.appendEvents(numbered('run-2', [started]));
  store.appendEvents(numbered('run-3', [{ ...started, environment: { ...ENVIRONMENT, threads: null } }]));
  expect(query(path, 'SELECT environment_id FROM runs')).toEqual([1, 1, 2].map((id) => ({ environment_id: id })));
  expect(store.run('run-3').environment).toEqual({ ...ENVIRONMENT, threads: null });
});

test('layers that train again are rows next to those that froze, and count at every sampled step', () => {
  const layers = LAYERS.map((layer) =>
    layer.index === 2 ? layer : { ...layer, freezeStep: 0, unfreezeStep: layer.index === 1 ? 20 : null },
  );
  const frozen = [0, 1].map((layer): RunEventBody => ({ type: 'layer.frozen', layer, step: 0, epoch: 1 }));
  const unfrozen: RunEventBody = { type: 'layer.unfrozen', layer: 1, step: 20, epoch: 2 };
  const bodies = [{ ...started, layers }, ...frozen, stepSampled(0), epochFinished(1), unfrozen, stepSampled(20)];
  const { store, path } = temporaryStore();
  store.enqueue([newRun('run-1', { layers })]);
  store.appendEvents(numbered('run-1', bodies));
  const run = store.run('run-1');
  expect(run.layers.map(({ unfreezeStep }) => unfreezeStep)).toEqual([null, 20, null]);
  expect(run.freezes.map(({ layer, step }) => [layer, step])).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(run.unfreezes).toEqual([{ layer: 1, plannedStep: 20, step: 20, epoch: 2 }]);
  expect(store.events('run-1')).toEqual(numbered('run-1', bodies));
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  expect(new SqliteReader(database).stepTimes('run-1', 10).frozenLayers).toEqual([2, 1]);
});

test('events whose transaction failed leave no trace in what the next ones are applied to', () => {
  const { store } = storeWithRun([started, stepSampled(0)]);
  const steps = numbered('run-1', [stepSampled(10), stepSampled(20), stepSampled(-1)], 3);
  expect(() => store.appendEvents(steps)).toThrow('cannot hold what was to be stored');
  expect(store.run('run-1')).toMatchObject({ lastSeq: 2 });
  store.appendEvents(numbered('run-1', [stepSampled(10), stepSampled(5), stepSampled(10, { loss: 0.5 })], 3));
  expect(store.run('run-1')).toMatchObject({ lastSeq: 5 });
  expect(store.events('run-1').filter(({ type }) => type === 'step.sampled')).toMatchObject([
    { step: 0, seq: 2 },
    { step: 5, seq: 4 },
    { step: 10, seq: 5, loss: 0.5 },
  ]);
});
