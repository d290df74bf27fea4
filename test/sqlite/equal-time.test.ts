import { expect, test } from 'vitest';
import type { NewRun } from '#core/ports.ts';
import {
  ARMS,
  newRun,
  newStudy,
  numbered,
  profiled,
  specOf,
  started,
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
