import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { equalTimeSteps } from '#core/policy/cost.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policyLabels, policyName, policySchema } from '#core/policy/policy.ts';
import type { ArmRecord } from '#core/records.ts';
import { policyMethods } from '#core/report/methods-policy.ts';
import type { RunEvent } from '#core/run-event.ts';
import { environmentSchema } from '#core/run-event.ts';
import { RUN_FIELDS } from '#core/run-fields.ts';
import { armsOf } from '#core/study.ts';
import { EventLog } from '#core/training/event-log.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';
import { CheckpointFolder } from '../../../src-main/checkpoints/checkpoint-folder.ts';
import { runCommandLine } from '../../../src-main/cli/program.ts';
import { runInTrainer } from '../../../src-main/trainer/start-command.ts';
import { FakeLab, fakeTools } from '../../cli/fake-lab.ts';
import { FakeShell } from '../../cli/fake-shell.ts';
import { resolvedSpec, runSummary } from '../../support/run-summary.ts';
import { newRun, newStudy, temporaryStore } from '../../support/store-fixtures.ts';
import { studyFixture } from '../../support/study-fixture.ts';
import { DATASET, emptyFolder, storedAfter, tinyRun } from '../../support/trainer.ts';

// All that a policy needs: its module, and its place in the list.
vi.mock('../../../src-main/core/policy/policies.ts', async (original) => {
  const { POLICIES } = await original<typeof import('#core/policy/policies.ts')>();
  const { atOnce, restless } = await import('../../support/trial-policies.ts');
  return { POLICIES: [...POLICIES, atOnce, restless] };
});

/** The types know only the policies of the list as it is written; the schema knows those of the test as well. */
const planned = policySchema.parse({ kind: 'at-once' });
const deciding = policySchema.parse({ kind: 'restless' });

describe('a policy that only a module and the list know', () => {
  it('has its defaults from its schema, which refuses what is wrong', () => {
    expect(planned).toEqual({ kind: 'at-once', layers: 2, at: 0.5 });
    expect(policySchema.safeParse({ kind: 'at-once', at: 2 }).success).toBe(false);
  });

  it('is in the help of the command line, and is scheduled there', async () => {
    const printed = async (args: readonly string[]) => {
      const shell = new FakeShell();
      expect(await runCommandLine([...args], { tools: fakeTools(new FakeLab()), shell })).toBe(0);
      return shell.stdout.text;
    };
    const help = await printed(['schedule', '--help']);
    expect(help).toContain('at-once: Freezes some layers at one moment.\n    layers: that freeze (default: 2)');
    expect(help).toContain('eager: freezes at all (default: true)');
    const network = ['--model', 'vgg', '--epochs', '2', '--steps-per-epoch', '10', '--policy'];
    const table = await printed(['schedule', ...network, JSON.stringify({ kind: 'at-once', layers: 3 })]);
    expect(table.match(/ 10 +2 /g)).toHaveLength(3);
    expect(await printed(['schedule', ...network, JSON.stringify(deciding)])).toContain('Nothing is planned');
  });

  it('has labels, of its own or by its title', () => {
    expect(policyName(planned)).toBe('2 at 0.5');
    expect(policyLabels(planned)).toEqual({ variant: '2 at once', t0: 't0 = 0.5' });
    expect(policyLabels(deciding)).toEqual({ variant: 'restless', t0: 'restless' });
  });

  it('is told in the methods text', () => {
    const arms = armsOf([planned, deciding], true).map((arm) => ({ arm, runs: [] }));
    const facts = { study: studyFixture(arms, [1]), runs: [], dataset: null, normalization: null };
    const [shared, ...own] = policyMethods(facts);
    expect(shared.text).toContain('At most one moment is a freeze.');
    expect(own).toEqual([
      { title: 'Policy 2 at 0.5', text: 'The first 2 layers freeze at 0.5 S.' },
      { title: 'Policy restless every 15', text: 'A layer freezes every 15 steps.' },
    ]);
  });

  it('has its column in the table of runs', () => {
    const moment = RUN_FIELDS.find(({ title }) => title === 'moment');
    expect(moment?.format).toBe('number');
    const momentOf = (policy: Policy) => moment?.value(runSummary({ spec: resolvedSpec({ policy }) }));
    expect([planned, deciding].map(momentOf)).toEqual([0.5, null]);
  });
});

interface Stretch {
  /** Steps after which the host asks for a pause; null: it never does. */
  readonly pauseAfter: number | null;
  /** Events of the stretches before. */
  readonly before: readonly RunEvent[];
}

/** Trains with TensorFlow as a trainer does, from the start or from the checkpoint in the folder. */
async function train(folder: string, policy: Policy, { pauseAfter, before }: Stretch): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const known = storedAfter(before);
  const log = new EventLog({ runId: 'run', ...known, now: () => 0, send: (event) => events.push(event) });
  let steps = 0;
  const pendingRequest = async () => (steps++ === pauseAfter ? ({ type: 'pause', reason: 'test' } as const) : null);
  const command = { ...tinyRun(folder, { policy }), ...known, profile: 'none' as const };
  await runInTrainer(command, { log, pendingRequest, tell: () => undefined });
  return events;
}

async function temporaryRun(): Promise<string> {
  const folder = await emptyFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function planOf(folder: string, policy: Policy): TrainingPlan {
  const { spec } = tinyRun(folder, { policy });
  return planTraining(spec, buildNetwork(spec.model, DATASET, DATASET.classes));
}

function frozenIn(events: readonly RunEvent[]) {
  return events.flatMap((event) => (event.type === 'layer.frozen' ? [[event.layer, event.step]] : []));
}

async function lastCheckpoint(folder: string, policy: Policy, events: readonly RunEvent[]) {
  const plan = planOf(folder, policy);
  const environment = environmentSchema.parse({ threads: { intraOp: 2, interOp: 1 } });
  const keptEvents = () => ({ recentEvents: [], before: null });
  const checkpoints = new CheckpointFolder({ folder, runId: 'run', plan, environment: () => environment, keptEvents });
  const found = await checkpoints.newest(storedAfter(events));
  if (found === null) throw new Error('There is no checkpoint.');
  const { seconds: _, epochSeconds: __, ...state } = found.checkpoint.state;
  return { ...found.checkpoint, state };
}

// Loads TensorFlow and makes it ready for every depth: long on a busy machine.
describe('a run under it', { timeout: 240_000 }, () => {
  let folder: string;
  /** Of the policy that decides, without a pause. */
  let whole: readonly RunEvent[];

  beforeAll(async () => {
    folder = await emptyFolder();
    whole = await train(folder, deciding, { pauseAfter: null, before: [] });
  }, 240_000);

  afterAll(() => rm(folder, { recursive: true }));

  it('freezes as planned', async () => {
    const events = await train(await temporaryRun(), planned, { pauseAfter: null, before: [] });
    expect(frozenIn(events)).toEqual([
      [0, 30],
      [1, 30],
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', saved: { profile: null } });
  });

  it('freezes as decided, and goes on from a checkpoint bit for bit', async () => {
    // Decisions before steps 15, 30 and 45; the first has no loss to go by.
    expect(frozenIn(whole)).toEqual([
      [0, 30],
      [1, 45],
    ]);
    const kept = await lastCheckpoint(folder, deciding, whole);
    expect(kept.state.adaptive).toMatchObject({ losses: [null, expect.any(Number), expect.any(Number)] });

    const other = await temporaryRun();
    const first = await train(other, deciding, { pauseAfter: 37, before: [] });
    const events = [...first, ...(await train(other, deciding, { pauseAfter: null, before: first }))];
    expect(events.map(({ type }) => type)).toContain('run.paused');
    expect(frozenIn(events)).toEqual(frozenIn(whole));
    expect(savedIn(events)).toEqual(savedIn(whole));
    expect(await lastCheckpoint(other, deciding, events)).toEqual(kept);
  });

  it('is stored, and its equal-time baseline waits for what it saved', async () => {
    const { store } = temporaryStore();
    const { steps, stepsPerEpoch, computeSaved, spec, layers } = planOf(folder, deciding);
    const arms = armsOf([deciding], true).map(({ name, role, of, policy }): ArmRecord => {
      return { name, role, of, policy, steps, stepsFrom: role === 'equal-time' ? 'compute' : null, computeSaved };
    });
    store.createStudy(newStudy('study-1', 'quick'), arms, [spec.seed]);
    const place = { studyId: 'study-1', arm: arms[1].name };
    store.enqueue([newRun('run', { ...place, spec, layers, steps, stepsPerEpoch, computeSaved })]);
    store.appendEvents(whole);
    const run = store.run('run');
    expect(run.spec.policy).toEqual({ kind: 'restless', every: 15, eager: true });
    expect(run.freezes.map(({ layer, step }) => [layer, step])).toEqual(frozenIn(whole));
    expect(run.computeSaved).toBe(savedIn(whole)?.compute);
    expect(run.computeSaved).toBeGreaterThan(0);
    expect(store.events('run')).toEqual(whole);
    expect(store.study('quick').arms[2].steps).toBe(equalTimeSteps(steps, run.computeSaved));
  });
});

function savedIn(events: readonly RunEvent[]) {
  const end = events.at(-1);
  return end?.type === 'run.finished' ? end.saved : null;
}
