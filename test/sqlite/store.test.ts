import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { UNKNOWN_CONDITIONS } from '../support/conditions.ts';
import {
  ARMS,
  epochFinished,
  LAYERS,
  newRun,
  newStudy,
  numbered,
  specOf,
  started,
  stepSampled,
  temporaryFolder,
  temporaryStore,
} from '../support/store-fixtures.ts';

const withCode = (code: string) => expect.objectContaining({ name: 'AppError', code });

test('a study comes back with arms and seeds in the order given', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'quick'), ARMS, [3, 1]);
  const marks = { note: '', tags: [], archived: false, deleted: false };
  const expected = { ...newStudy('study-1', 'quick'), ...marks, arms: ARMS, seeds: [3, 1], runs: [] };
  expect(store.study('quick')).toEqual(expected);
  expect(store.study('study-1')).toEqual(expected);
  expect(store.study('stu')).toEqual(expected);
  expect(store.studies()).toEqual([expected]);
});

test('extending a study adds what is missing and keeps the rest', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'quick'), ARMS.slice(0, 1), [1]);
  store.extendStudy('study-1', ARMS, [1, 2]);
  store.extendStudy('study-1', ARMS, [2, 1]);
  expect(store.study('quick')).toMatchObject({ arms: ARMS, seeds: [1, 2] });
});

test('a name belongs to one study, and an unknown or unclear one is told', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('abc-1', 'quick'), ARMS, [1]);
  store.createStudy(newStudy('abc-2', 'abc'), ARMS, [1]);
  expect(() => store.createStudy(newStudy('abc-3', 'quick'), ARMS, [1])).toThrow(withCode('conflict'));
  expect(store.studies()).toHaveLength(2);
  expect(() => store.study('slow')).toThrow(withCode('not-found'));
  expect(() => store.study('abc-')).toThrow(withCode('bad-request'));
  expect(store.study('abc').id).toBe('abc-2');
});

test('a run comes back as it was added, queued', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
  const data = { sha256: 'ab'.repeat(32), location: { kind: 'npz', path: '/data/live.npz' } } as const;
  store.enqueue([newRun('run-1', { studyId: 'study-1', arm: 'baseline', data })]);
  expect(store.run('run-1')).toEqual({
    elsewhere: null,
    id: 'run-1',
    weights: null,
    classGaps: null,
    studyId: 'study-1',
    studyName: 'quick',
    arm: 'baseline',
    status: 'queued',
    reason: null,
    spec: specOf(),
    data,
    seed: 1,
    steps: 60,
    stepsPerEpoch: 20,
    epoch: 0,
    frozenLayers: 0,
    layerCount: 3,
    seconds: { training: 0, evaluation: 0, checkpoint: 0 },
    computeSaved: 0.25,
    profileSaved: null,
    validationError: null,
    testError: null,
    environment: null,
    conditions: UNKNOWN_CONDITIONS,
    note: '',
    tags: [],
    imported: false,
    archived: false,
    deleted: false,
    locked: false,
    createdAt: 1000,
    startedAt: null,
    endedAt: null,
    lastSeq: 0,
    layers: LAYERS,
    epochs: [],
    freezes: [],
    unfreezes: [],
    checkpoints: [],
    segments: [],
    profile: null,
    splitErrors: [],
  });
});

test('runs of an unknown study or arm, and runs that are there already, are refused together with their batch', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
  const stray = newRun('run-2', { studyId: 'study-1', arm: 'nowhere' });
  expect(() => store.enqueue([newRun('run-1'), stray])).toThrow(withCode('not-found'));
  expect(() => store.enqueue([newRun('run-1'), newRun('run-1')])).toThrow(withCode('conflict'));
  expect(() => store.enqueue([newRun('run-1', { arm: 'baseline' })])).toThrow(withCode('bad-request'));
  expect(store.runs({})).toEqual([]);
});

test('a run is found by a prefix that only it has', () => {
  const { store } = temporaryStore();
  store.enqueue([newRun('a1b2'), newRun('a1c3'), newRun('a1')]);
  expect(store.run('a1b').id).toBe('a1b2');
  expect(store.run('a1').id).toBe('a1');
  expect(() => store.run('a')).toThrow(withCode('bad-request'));
  expect(() => store.run('%')).toThrow(withCode('not-found'));
  expect(() => store.run('')).toThrow(withCode('bad-request'));
});

test('the queue is first in, first out; what is queued again waits behind the others', () => {
  const { store } = temporaryStore();
  const ids = ['one', 'two', 'three'];
  store.enqueue([newRun('one'), newRun('two')]);
  store.enqueue([newRun('three')]);
  expect(store.nextQueued(ids)?.id).toBe('one');
  expect(store.nextQueued(['three', 'two'])?.id).toBe('two');
  expect(store.nextQueued([])).toBeNull();
  store.setStatus('one', 'running', null);
  expect(store.nextQueued(ids)?.id).toBe('two');
  store.setStatus('one', 'interrupted', 'The trainer ended.');
  store.setStatus('one', 'queued', null);
  store.setDeleted('two', true);
  expect(store.nextQueued(ids)?.id).toBe('three');
  store.setStatus('three', 'stopped', 'You stopped it.');
  expect(store.nextQueued(ids)?.id).toBe('one');
  store.setStatus('one', 'stopped', 'You stopped it.');
  expect(store.nextQueued(ids)).toBeNull();
});

test('an imported run is never up for training', () => {
  const { store } = temporaryStore();
  store.enqueue([newRun('imported', { imported: true })]);
  expect(store.nextQueued(['imported'])).toBeNull();
});

test('lists filter by study, status and trash', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
  store.enqueue([newRun('alone'), newRun('ours', { studyId: 'study-1', arm: 'baseline' }), newRun('gone')]);
  store.setStatus('alone', 'failed', 'No such file.');
  store.setDeleted('gone', true);
  const ids = (filter: Parameters<SqliteStore['runs']>[0]) => store.runs(filter).map((run) => run.id);
  expect(ids({})).toEqual(['alone', 'ours']);
  expect(ids({ studyId: 'study-1' })).toEqual(['ours']);
  expect(ids({ statuses: ['failed', 'diverged'] })).toEqual(['alone']);
  expect(ids({ deleted: true })).toEqual(['gone']);
  expect(store.study('quick').runs.map((run) => run.id)).toEqual(['ours']);
  store.setDeleted('gone', false);
  expect(ids({})).toEqual(['alone', 'ours', 'gone']);
});

test('runs that differ only by seed and equal-time steps are one group', () => {
  const { store, path } = temporaryStore();
  const { seed, ...rest } = specOf({ steps: 45 });
  store.enqueue([
    newRun('one'),
    newRun('two', { spec: { seed: seed + 1, ...rest } }),
    newRun('other', { spec: specOf({ epochs: 4 }) }),
  ]);
  const database = new Database(path, { readonly: true });
  const hashes = database.prepare<[], string>('SELECT group_hash FROM runs ORDER BY id').pluck().all();
  database.close();
  expect(hashes[0]).toBe(hashes[1]);
  expect(hashes[0]).not.toBe(hashes[2]);
});

test('a locked or running run can be neither deleted nor purged', () => {
  const { store, path } = temporaryStore();
  store.enqueue([newRun('kept'), newRun('busy')]);
  const outside = new Database(path);
  outside.exec("UPDATE runs SET locked = 1 WHERE public_id = 'kept'");
  outside.close();
  store.setStatus('busy', 'running', null);
  for (const id of ['kept', 'busy']) {
    expect(() => store.setDeleted(id, true)).toThrow(withCode('conflict'));
    expect(() => store.purge(id)).toThrow(withCode('conflict'));
  }
  expect(store.runs({})).toHaveLength(2);
});

test('a purge removes every row of the run and makes the file smaller', () => {
  const { store, path } = temporaryStore();
  store.enqueue([newRun('big'), newRun('small')]);
  const samples = Array.from({ length: 5000 }, (_, step) => stepSampled(step, { learningRates: Array(40).fill(0.1) }));
  store.appendEvents(numbered('big', [started, ...samples, epochFinished(1)]));
  store.setStatus('big', 'stopped', 'You stopped it.');
  store.purge('small');
  const before = statSync(path).size;
  expect(before).toBeGreaterThan(1_500_000);
  store.purge('big');
  expect(statSync(path).size).toBeLessThan(before / 5);
  expect(() => store.run('big')).toThrow(withCode('not-found'));
  const database = new Database(path, { readonly: true });
  for (const table of ['runs', 'layers', 'epochs', 'steps', 'run_stats', 'events', 'run_segments']) {
    expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  }
  database.close();
});

test('a data set is kept under its name, the newest description of it', () => {
  const { store } = temporaryStore();
  const dataset = {
    name: 'digits',
    location: { kind: 'cifar10', path: 'digits' },
    training: 100,
    test: 10,
    validation: 0,
    height: 28,
    width: 28,
    channels: 1,
    classes: 10,
    sha256: null,
  } as const;
  store.saveDataset({ ...dataset, name: 'clothes' });
  store.saveDataset(dataset);
  store.saveDataset({ ...dataset, sha256: 'ab'.repeat(32) });
  expect(store.datasets()).toEqual([
    { ...dataset, name: 'clothes' },
    { ...dataset, sha256: 'ab'.repeat(32) },
  ]);
});

test('runs that a dead owner left running are interrupted at their last event', () => {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const dead = SqliteStore.open(path);
  dead.enqueue([newRun('left'), newRun('waiting'), newRun('silent')]);
  dead.appendEvents(numbered('left', [started, epochFinished(1)]));
  dead.setStatus('silent', 'running', null);
  dead.close();
  const store = SqliteStore.open(path);
  const reason = 'The program that trained it ended.';
  expect(store.run('left')).toMatchObject({ status: 'interrupted', reason, endedAt: 2000, lastSeq: 3 });
  expect(store.run('left').segments).toEqual([{ startedAt: 1000, endedAt: 2000, reason }]);
  expect(store.events('left').at(-1)).toEqual({
    type: 'run.interrupted',
    seq: 3,
    runId: 'left',
    at: 2000,
    step: null,
    reason,
  });
  expect(store.run('silent')).toMatchObject({ status: 'interrupted', reason });
  expect(store.run('waiting').status).toBe('queued');
  store.close();
});
