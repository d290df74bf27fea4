import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { RunDetail, RunRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { eventsIn, lab, labJson, specFile, startLab } from '../support/lab-process.ts';
import { isAlive, trainersOf } from '../support/processes.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

/** Some seconds of training by TensorFlow on images made on the fly. */
const BASE = {
  dataset: { kind: 'synthetic', height: 16, width: 16, channels: 1, train: 660, test: 100 },
  train: 600,
  validation: 60,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  epochs: 3,
  batchSize: 20,
  logEverySteps: 1,
};
const POLICY = { kind: 'freezeout', shape: 'cubic', t0: 0.5 };
const RUN = { ...BASE, policy: POLICY, seed: 1 };
/** Longer than any test lasts, also where the programs that ask about it take a minute to start. */
const LONG_RUN = { ...RUN, epochs: 4000 };
const STUDY = { name: 'little', base: { ...BASE, epochs: 1 }, arms: [POLICY], seeds: [1, 2] };

/** For what another process is about to do; milliseconds. */
const PATIENCE = { timeout: 30_000 };

const isEpoch = (epoch: number) => (event: RunEvent) => event.type === 'epoch.finished' && event.epoch >= epoch;

function losses(events: readonly RunEvent[]): Map<number, number> {
  return new Map(events.flatMap((event) => (event.type === 'step.sampled' ? [[event.step, event.loss]] : [])));
}

function finalWeights(home: string, runId: string): Buffer {
  return readFileSync(join(home, 'runs', runId, 'weights.safetensors'));
}

function trainerOf(labPid: number | undefined): number {
  const [trainer] = trainersOf(labPid);
  if (trainer === undefined) throw new Error('No trainer runs.');
  return trainer;
}

describe('a study in the terminal', () => {
  it('tells the same in events, in SQLite, in the comparison, in the figure, and after an export and an import', async () => {
    const home = temporaryFolder();
    const spec = specFile(home, STUDY);
    const { code, stdout } = await lab(home, ['study', spec, '--json']);
    expect(code).toBe(0);
    const events = eventsIn(stdout);
    const finished = events.filter((event) => event.type === 'run.finished');
    expect(finished).toHaveLength(6);

    const database = new Database(join(home, 'lab.sqlite'), { readonly: true });
    const stored = database.prepare('SELECT public_id AS id, test_error AS error FROM runs ORDER BY public_id').all();
    const frozen = database.prepare('SELECT count(*) FROM freezes').pluck().get();
    database.close();
    const reported = finished.map(({ runId, testError }) => ({ id: runId, error: testError }));
    expect(stored).toEqual(reported.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    expect(frozen).toBe(events.filter((event) => event.type === 'layer.frozen').length);

    const comparison = await labJson<Comparison>(home, ['compare', 'little', '--figure', join(home, 'f.svg')]);
    const training = new Map(finished.map((event) => [event.runId, event.seconds.training]));
    const [baseline, arm] = comparison.arms;
    for (const [index, point] of arm.points.entries()) {
      const base = training.get(baseline.points[index].runId) ?? Number.NaN;
      expect(point.wall).toBeCloseTo(1 - (training.get(point.runId) ?? Number.NaN) / base, 9);
    }
    expect(readFileSync(join(home, 'f.svg'), 'utf8')).toContain('cubic scaled 0.5');

    const lines = join(home, 'study.ndjson');
    expect((await lab(home, ['export', 'study', 'little', lines])).code).toBe(0);
    const other = temporaryFolder();
    expect((await lab(other, ['runs', 'import', lines])).code).toBe(0);
    expect(await labJson(other, ['compare', 'little'])).toEqual(await labJson(home, ['compare', 'little']));
  });
});

describe('a second lab', () => {
  it('lists, pauses and resumes while the first trains', async () => {
    const home = temporaryFolder();
    const first = startLab(home, ['run', specFile(home, LONG_RUN), '--json']);
    await first.event(isEpoch(1));
    const [run] = await labJson<RunRecord[]>(home, ['runs', 'list']);
    expect(run.status).toBe('running');
    const paused = await labJson<RunRecord>(home, ['runs', 'pause', run.id]);
    expect(paused.status).toBe('paused');
    expect((await first.ended).code).toBe(1);
    const again = startLab(home, ['runs', 'resume', run.id, '--json']);
    await again.event(isEpoch(paused.epoch + 1));
    expect((await labJson<RunRecord>(home, ['runs', 'stop', run.id])).status).toBe('stopped');
  });
});

describe('an accident', () => {
  it('of the trainer is told at once, and the run goes on by itself, bit for bit', async () => {
    const home = temporaryFolder();
    const spec = specFile(home, RUN);
    const whole = await lab(home, ['run', spec, '--json']);
    const expected = eventsIn(whole.stdout);

    const cut = startLab(home, ['run', spec, '--json']);
    const { runId } = await cut.event((event) => event.type === 'checkpoint.saved');
    process.kill(trainerOf(cut.child.pid), 'SIGSEGV');
    await cut.event((event) => event.type === 'run.interrupted');
    const { code, stdout } = await cut.ended;
    expect(code).toBe(0);
    const all = eventsIn(stdout);
    const told = all.filter(({ type }) => type.startsWith('run.') && type !== 'run.profiled');
    expect(told.map(({ type }) => type)).toEqual([
      ...['run.started', 'run.interrupted', 'run.resumed', 'run.resumed', 'run.finished'],
    ]);
    expect(told[1]).toMatchObject({ reason: 'The trainer was ended by SIGSEGV.' });
    expect(losses(all)).toEqual(losses(expected));
    expect(finalWeights(home, runId)).toEqual(finalWeights(home, expected[0].runId));
  });

  it('of the host ends its trainer, and the run is interrupted with its epochs kept', async () => {
    const home = temporaryFolder();
    const first = startLab(home, ['run', specFile(home, LONG_RUN), '--json']);
    const { runId } = await first.event(isEpoch(2));
    const trainer = trainerOf(first.child.pid);
    first.child.kill('SIGKILL');
    await expect.poll(() => isAlive(trainer), PATIENCE).toBe(false);
    const run = await labJson<RunDetail>(home, ['runs', 'show', runId]);
    expect(run).toMatchObject({ status: 'interrupted', reason: expect.stringContaining('ended') });
    expect(run.epochs.length).toBeGreaterThanOrEqual(2);
  });

  it('of the owner hands its home to the program that waited', async () => {
    const home = temporaryFolder();
    const first = startLab(home, ['run', specFile(home, LONG_RUN), '--json']);
    await first.event(isEpoch(1));
    const second = startLab(home, ['run', specFile(home, { ...RUN, epochs: 1, seed: 2 }), '--json']);
    await expect.poll(() => labJson<RunRecord[]>(home, ['runs', 'list']), PATIENCE).toHaveLength(2);
    first.child.kill('SIGKILL');
    const { code, stdout } = await second.ended;
    expect(code).toBe(0);
    expect(eventsIn(stdout).at(-1)?.type).toBe('run.finished');
  });

  it('of Ctrl-C saves a checkpoint and says how to go on', async () => {
    const home = temporaryFolder();
    const first = startLab(home, ['run', specFile(home, LONG_RUN), '--json']);
    const { runId } = await first.event((event) => event.type === 'step.sampled' && event.step > 3);
    first.child.kill('SIGINT');
    const { code, stderr } = await first.ended;
    expect(code).toBe(130);
    expect(stderr).toContain(`runs resume ${runId}`);
    expect((await labJson<RunRecord>(home, ['runs', 'show', runId])).status).toBe('paused');
    expect(readdirSync(join(home, 'runs', runId, 'checkpoints'))).toHaveLength(2);
  });
});
