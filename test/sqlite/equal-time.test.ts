import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blockCourseSchema } from '#core/machines/block-course.ts';
import type { NewRun } from '#core/ports.ts';
import type { RunEventOf } from '#core/run-event.ts';
import { SqliteBlocks } from '../../src-main/sqlite/blocks.ts';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import {
  ARMS,
  newRun,
  newStudy,
  numbered,
  profiled,
  runFinished,
  secondsOf,
  specOf,
  started,
  temporaryFolder,
  temporaryStore,
} from '../support/store-fixtures.ts';

const [BASELINE, POLICY, EQUAL_TIME] = ARMS.map((arm) => arm.name);

/** S = 60; the equal-time arm has 45 steps by its compute. */
function storeWithStudy(change: Partial<NewRun> = {}) {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'quick'), ARMS, [1, 2]);
  for (const seed of [1, 2]) {
    const place = { studyId: 'study-1', ...change };
    store.enqueue([
      newRun(`baseline-${seed}`, { ...place, arm: BASELINE, spec: specOf({ seed }) }),
      newRun(`policy-${seed}`, { ...place, arm: POLICY, spec: specOf({ seed }) }),
      newRun(`equal-${seed}`, { ...place, arm: EQUAL_TIME, spec: specOf({ seed, steps: 45 }), steps: 45 }),
    ]);
  }
  const report = (run: string, saved: number) => store.appendEvents(numbered(run, [started, profiled(saved, 0.5)]));
  const steps = () => {
    const arm = store.study('quick').arms[2];
    const runs = [1, 2].map((seed) => store.run(`equal-${seed}`));
    return { arm: arm.steps, from: arm.stepsFrom, runs: runs.map((run) => [run.steps, run.spec.steps]) };
  };
  return { store, report, steps };
}

const PREDICTED = {
  arm: 45,
  from: 'compute',
  runs: [
    [45, 45],
    [45, 45],
  ],
};

test("the policy arm's first profile fixes S' of all seeds, and later ones change nothing", () => {
  const { store, report, steps } = storeWithStudy();
  report('baseline-1', 0);
  expect(steps()).toEqual(PREDICTED);
  report('policy-1', 0.1);
  const measured = {
    arm: 54,
    from: 'profile',
    runs: [
      [54, 54],
      [54, 54],
    ],
  };
  expect(steps()).toEqual(measured);
  expect(store.run('equal-1').computeSaved).toBeCloseTo(0.1, 12);
  expect(store.study('quick').arms[2].computeSaved).toBeCloseTo(0.1, 12);
  report('policy-2', 0.3);
  expect(steps()).toEqual(measured);
});

test("an arm with a run that has begun keeps its S'", () => {
  const { store, report, steps } = storeWithStudy();
  store.appendEvents(numbered('equal-2', [started]));
  report('policy-1', 0.1);
  expect(steps()).toEqual(PREDICTED);
});

test('the profile of an imported run fixes nothing', () => {
  const { report, steps } = storeWithStudy({ imported: true });
  report('policy-1', 0.1);
  expect(steps()).toEqual(PREDICTED);
});

test('the other keys of a spec stay as they were', () => {
  const { store, report } = storeWithStudy();
  const { steps: _, ...before } = store.run('equal-1').spec;
  report('policy-1', 0.1);
  expect(store.run('equal-1').spec).toEqual({ ...before, steps: 54 });
});

const ADAPTIVE = { kind: 'gradient-norm', interval: 0.05, percentile: 50 } as const;

/** As `storeWithStudy`, with a policy arm that decides while training, and so equal-time runs as long as the baseline's. */
function storeWithAdaptiveArm() {
  const { store } = temporaryStore();
  const [baseline, policy, equal] = ARMS;
  const arms = [baseline, { ...policy, policy: ADAPTIVE, computeSaved: 0 }, { ...equal, steps: 60, computeSaved: 0 }];
  store.createStudy(newStudy('study-1', 'quick'), arms, [1, 2]);
  for (const seed of [1, 2]) {
    const spec = specOf({ seed, policy: ADAPTIVE });
    store.enqueue([
      newRun(`policy-${seed}`, { studyId: 'study-1', arm: POLICY, spec, computeSaved: 0 }),
      newRun(`equal-${seed}`, { studyId: 'study-1', arm: EQUAL_TIME, spec: specOf({ seed, steps: 60 }) }),
    ]);
  }
  const train = (run: string, saved: RunEventOf<'run.finished'>['saved'], profile = [profiled(null, 0.5)]) => {
    const finished = runFinished({ testLoss: 1, seconds: secondsOf(9), saved });
    store.appendEvents(numbered(run, [started, ...profile, finished]));
  };
  const steps = () => store.study('quick').arms[2].steps;
  return { store, train, steps };
}

test("the first run that is over under a policy that decides while training fixes S', by its profile", () => {
  const { store, train, steps } = storeWithAdaptiveArm();
  store.appendEvents(numbered('policy-2', [started, profiled(null, 0.5)]));
  expect([steps(), store.run('policy-2').profileSaved]).toEqual([60, null]);
  train('policy-1', { compute: 0.3, profile: 0.1 });
  expect(store.study('quick').arms[2]).toMatchObject({ steps: 54, stepsFrom: 'profile' });
});

test('it is by what it saved of the compute, where it measured no step times', () => {
  const { store, train, steps } = storeWithAdaptiveArm();
  train('policy-1', { compute: 0.3, profile: null }, []);
  expect([steps(), store.run('equal-2').spec.steps]).toEqual([42, 42]);
  train('policy-2', { compute: 0.5, profile: null }, []);
  expect(steps()).toBe(42);
});

test('what such a run saved is stored once it is over, and its events come back as they were', () => {
  const { store, train } = storeWithAdaptiveArm();
  train('policy-1', { compute: 0.3, profile: 0.1 });
  expect(store.run('policy-1')).toMatchObject({ computeSaved: 0.3, profileSaved: 0.1, profile: { saved: 0.1 } });
  const told = store.events('policy-1').flatMap((event) => ('saved' in event ? [event.saved] : []));
  expect(told).toEqual([{ profile: null }, { compute: 0.3, profile: 0.1 }]);
});

test('what a run saved that ended early stands in place of what it was planned to save, which its events keep', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
  const spec = specOf({ seed: 1, earlyEnd: { patience: 1, weights: 'best' } });
  store.enqueue([
    newRun('policy-1', { studyId: 'study-1', arm: POLICY, spec }),
    newRun('equal-1', { studyId: 'study-1', arm: EQUAL_TIME, spec: specOf({ seed: 1, steps: 45 }), steps: 45 }),
  ]);
  store.appendEvents(numbered('policy-1', [started, profiled(0.1, 0.5)]));
  expect(store.run('policy-1').profileSaved).toBe(0.1);
  const saved = { compute: 0.3, profile: 0.4 };
  const finished = runFinished({ testLoss: 1, seconds: secondsOf(9), saved });
  store.appendEvents(numbered('policy-1', [finished], 3));
  expect(store.run('policy-1')).toMatchObject({ status: 'finished', computeSaved: 0.3, profileSaved: 0.4 });
  expect(store.run('policy-1')).toMatchObject({ profile: { saved: 0.4 } });
  const told = store.events('policy-1').flatMap((event) => ('saved' in event ? [event.saved] : []));
  expect(told).toEqual([{ profile: 0.1 }, saved]);
  // S' is that of a whole run.
  expect(store.study('quick').arms[2]).toMatchObject({ steps: 54, stepsFrom: 'profile' });
});

test("runs that another machine has been told of keep their S'", () => {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const database = openDatabase(path);
  onTestFinished(() => void database.close());
  const store = SqliteStore.over(database);
  store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
  const place = { studyId: 'study-1' };
  store.enqueue([
    newRun('policy', { ...place, arm: POLICY }),
    newRun('equal', { ...place, arm: EQUAL_TIME, spec: specOf({ steps: 45 }), steps: 45 }),
  ]);
  const course = blockCourseSchema.parse({ version: '0.1.0', time: null });
  const block = { id: 'block-1', machine: 'cluster', folder: '/scratch/block-1', submittedAt: 1, after: [], course };
  new SqliteBlocks(database).sendBlocks([{ ...block, runs: ['policy', 'equal'] }]);
  store.appendEvents(numbered('policy', [started, profiled(0.1, 0.5)]));
  expect(store.run('equal').steps).toBe(45);
  expect(store.study('quick').arms[2]).toMatchObject({ steps: 45, stepsFrom: 'compute' });
});
