import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import { searchRequestSchema } from '#core/find/settings.ts';
import type { HomeMachines, RemoteFile, RemoteFilePart } from '#core/machines/ports.ts';
import type { Store } from '#core/ports.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { homeMachines } from '../../src-main/machines/home-machines.ts';
import type { Services } from '../../src-main/services/lab.ts';
import { RemoteQueue } from '../../src-main/services/remote-queue.ts';
import { openLab, SPEC, STUDY } from '../support/lab-fixture.ts';
import { attemptSeen, jobSeen, ScriptedCluster } from '../support/scripted-machines.ts';
import { scriptedTrainers } from '../support/scripted-trainers.ts';
import { checkpointSaved, epochFinished, numbered, runFinished, started } from '../support/store-fixtures.ts';

const ON = { machine: 'cluster', block: 'seed', time: null } as const;
const PATIENCE = { timeout: 20_000 };
const MINUTE_MS = 60_000;

interface LabOptions {
  readonly wrap?: (store: Store) => Store;
}

/** What lies on the cluster, by path. */
class ClusterFiles extends Map<string, string> {
  isReachable = true;
  /** How often nothing could be read. */
  refused = 0;

  async read({ path }: RemoteFilePart): Promise<RemoteFile> {
    const content = this.get(path);
    if (!this.isReachable) {
      this.refused += 1;
      throw new AppError('unavailable', 'The link is down.');
    }
    if (content === undefined) throw new AppError('not-found', `There is no ${path}.`);
    const bytes = Buffer.from(content);
    const pieces = (async function* () {
      yield bytes;
    })();
    return { size: bytes.length, pieces };
  }
}

async function openedLab({ wrap = (store) => store }: LabOptions = {}) {
  const cluster = new ScriptedCluster();
  const files = new ClusterFiles();
  const machines: HomeMachines = {
    ...homeMachines('/nowhere'),
    list: async () => [await cluster.named('cluster')],
    readFile: (_machine, part) => files.read(part),
  };
  const clock = { time: 1_000_000, now: () => clock.time };
  const trainers = scriptedTrainers(() => ({ events: [], end: 'wait' }));
  const lab = await openLab(trainers, wrap, { remoteMachines: cluster, machines, clock });
  const { services, store } = lab;
  const runOf = (id: string) => store.run(id);
  /** Sends a run by itself, and gives its id and that of its block, once the machine is asked for news of it. */
  const sent = async () => {
    const run = await services.runs.start(SPEC, ON);
    const [{ id: block }] = await store.blocks();
    await vi.waitFor(() => expect(cluster.orders).toHaveLength(1), PATIENCE);
    return { run, block };
  };
  const tellEvents = (block: string, run: string, bodies: readonly RunEventBody[], first = 1) =>
    cluster.tell({ type: 'events', block, runId: run, events: numbered(run, bodies, first) });
  const settled = async (block: string) => {
    await vi.waitFor(() => expect(cluster.orders).toContainEqual({ type: 'finish', block }), PATIENCE);
    cluster.tell({ type: 'finished', block });
    await vi.waitFor(async () => expect(await store.blocks()).toEqual([]), PATIENCE);
  };
  return { ...lab, cluster, files, clock, trainers, runOf, sent, tellEvents, settled };
}

describe('a run that is sent to another machine', () => {
  it('is placed, submitted and followed, and trains nowhere else', async () => {
    const { cluster, sent, runOf, services, trainers } = await openedLab();
    const { run, block } = await sent();
    expect(cluster.placed.map(({ block: { id, runs } }) => [id, runs.map(({ runId }) => runId)])).toEqual([
      [block, [run]],
    ]);
    expect(cluster.placed[0].block.runs[0]).toMatchObject({
      lastSeq: 0,
      spec: { seed: 1 },
      data: { sha256: 'ab'.repeat(32) },
    });
    expect(cluster.submitted).toEqual([block]);
    expect(cluster.orders).toEqual([{ type: 'watch', block, runs: { [run]: 0 }, job: '1' }]);
    expect(await runOf(run)).toMatchObject({
      ...{ status: 'queued' },
      elsewhere: { machine: 'cluster', folder: `/root/jobs/${block}`, isThere: true },
    });
    await services.queue.idle();
    expect(trainers.starts).toEqual([]);
  });

  it('is stored as it reports, each event once, and is over with its last one', async () => {
    const { cluster, sent, runOf, tellEvents, settled, services } = await openedLab();
    const { run, block } = await sent();
    tellEvents(block, run, [started, epochFinished(1)]);
    tellEvents(block, run, [epochFinished(1), epochFinished(2), runFinished()], 2);
    tellEvents(block, run, [epochFinished(2), runFinished()], 3);
    cluster.tell({ type: 'events', block, runId: run, events: numbered('another', [started], 9) });
    await settled(block);
    expect(await runOf(run)).toMatchObject({ status: 'finished', lastSeq: 4, elsewhere: { isThere: false } });
    await services.remote.idle();
  });

  it('keeps its job, why it waits, its node and its attempt', async () => {
    const { cluster, sent, services } = await openedLab();
    const { block } = await sent();
    cluster.tell(jobSeen(block, 'PENDING', { state: 'waits', reason: 'Priority' }));
    await vi.waitFor(
      async () =>
        expect((await services.remote.jobs(false))[0]).toMatchObject({
          ...{ job: '1', state: 'waits', reason: 'Priority', node: null, attempt: 0, link: { state: 'up' } },
        }),
      PATIENCE,
    );
    cluster.tell(jobSeen(block, 'RUNNING', { state: 'runs', node: 'n1' }));
    cluster.tell(attemptSeen(block, { attempt: 2 }));
    await vi.waitFor(
      async () =>
        expect((await services.remote.jobs(false))[0]).toMatchObject({
          ...{ state: 'runs', reason: null, node: 'n1', attempt: 2 },
        }),
      PATIENCE,
    );
  });

  it('is refused before anything is written where there is no such machine', async () => {
    const { services, store } = await openedLab();
    await expect(services.runs.start(SPEC, { ...ON, machine: 'other' })).rejects.toThrow('There is no machine other');
    expect(await store.runs({})).toEqual([]);
  });

  it('is refused before anything is written where the machine has not this version of the program', async () => {
    const { services, store, cluster } = await openedLab();
    cluster.isSetUp = false;
    await expect(services.runs.start(SPEC, ON)).rejects.toThrow('cluster has not this version of the program');
    expect(await store.runs({})).toEqual([]);
    expect(await store.blocks()).toEqual([]);
  });

  it('leaves no study behind either', async () => {
    const { services, store, cluster } = await openedLab();
    cluster.isSetUp = false;
    const refusal = 'cluster has not this version of the program';
    await expect(services.studies.start(STUDY, ON)).rejects.toThrow(refusal);
    const search = searchRequestSchema.parse({ tolerance: 1, budgetSeconds: 100 });
    await expect(services.searches.start({ name: 'mine', base: STUDY.base, search, on: ON })).rejects.toThrow(refusal);
    expect(await store.studies()).toEqual([]);
  });

  it("is interrupted with the scheduler's words where that takes no such job", async () => {
    const { services, store, cluster } = await openedLab();
    cluster.refusal = new AppError('bad-request', 'Slurm on cluster does not take the job: Invalid account.');
    await expect(services.runs.start(SPEC, ON)).rejects.toThrow('Invalid account');
    expect(await store.blocks()).toEqual([]);
    expect(await store.runs({})).toMatchObject([{ status: 'interrupted', reason: cluster.refusal.message }]);
    await services.remote.idle();
  });

  it('is brought out later where the machine does not answer now', async () => {
    const { services, store, cluster } = await openedLab();
    cluster.refusal = new AppError('unavailable', 'The link is down.');
    await services.runs.start(SPEC, ON);
    expect((await store.blocks()).map(({ course }) => course.job)).toEqual([null]);
    cluster.refusal = null;
    await vi.waitFor(() => expect(cluster.orders).toMatchObject([{ type: 'watch', job: '1' }]), PATIENCE);
    expect(cluster.submitted).toHaveLength(1);
    // What was there already is not written again.
    expect(cluster.placed).toHaveLength(1);
  });

  it('is followed again from where its home stands, after the link was lost', async () => {
    const { cluster, sent, runOf, tellEvents, services } = await openedLab();
    const { run, block } = await sent();
    tellEvents(block, run, [started, epochFinished(1)]);
    await vi.waitFor(async () => expect((await runOf(run)).lastSeq).toBe(2), PATIENCE);
    cluster.lose('The connection was closed.');
    await vi.waitFor(
      async () =>
        expect((await services.remote.jobs(false))[0].link).toMatchObject({
          ...{ state: 'down', reason: 'The connection was closed.' },
        }),
      PATIENCE,
    );
    await vi.waitFor(() => expect(cluster.sessions).toBe(2), PATIENCE);
    await vi.waitFor(
      () => expect(cluster.orders).toEqual([{ type: 'watch', block, runs: { [run]: 2 }, job: '1' }]),
      PATIENCE,
    );
    expect((await runOf(run)).status).toBe('running');
  });

  it('loses no event that the home could not store', async () => {
    let fails = true;
    const wrap = (store: Store): Store => {
      const appendEvents: Store['appendEvents'] = async (events) => {
        if (fails) throw new AppError('no-space', 'The disk is full.');
        await store.appendEvents(events);
      };
      return Object.assign(Object.create(store), { appendEvents });
    };
    const { cluster, sent, runOf, tellEvents } = await openedLab({ wrap });
    const { run, block } = await sent();
    tellEvents(block, run, [started, epochFinished(1)]);
    await vi.waitFor(() => expect(cluster.sessions).toBe(2), PATIENCE);
    await vi.waitFor(
      () => expect(cluster.orders).toEqual([{ type: 'watch', block, runs: { [run]: 0 }, job: '1' }]),
      PATIENCE,
    );
    fails = false;
    tellEvents(block, run, [started, epochFinished(1)]);
    await vi.waitFor(async () => expect((await runOf(run)).lastSeq).toBe(2), PATIENCE);
  });

  it('goes on in another job where its own is over without a last word, and a late answer changes nothing', async () => {
    const { cluster, sent, tellEvents, runOf, services } = await openedLab();
    const { run, block } = await sent();
    tellEvents(block, run, [started, epochFinished(1)]);
    cluster.tell(attemptSeen(block));
    cluster.tell(jobSeen(block, 'NODE_FAIL'));
    await vi.waitFor(() => expect(cluster.submitted).toEqual([block, block]), PATIENCE);
    await vi.waitFor(() => expect(cluster.orders.at(-1)).toMatchObject({ type: 'watch', job: '2' }), PATIENCE);
    cluster.tell(jobSeen(block, 'NODE_FAIL'));
    cluster.tell(jobSeen(block, 'PENDING', { id: '2', state: 'waits' }));
    await vi.waitFor(
      async () => expect((await services.remote.jobs(false))[0]).toMatchObject({ state: 'waits', job: '2' }),
      PATIENCE,
    );
    expect(cluster.submitted).toHaveLength(2);
    expect((await runOf(run)).status).toBe('running');
  });

  it('is taken back, interrupted, after four jobs in a row that brought nothing', async () => {
    const { cluster, sent, runOf, settled } = await openedLab();
    const { run, block } = await sent();
    for (const id of ['1', '2', '3', '4']) {
      await vi.waitFor(() => expect(cluster.orders.at(-1)).toMatchObject({ job: id }), PATIENCE);
      cluster.tell(jobSeen(block, 'FAILED', { id }));
    }
    await settled(block);
    expect(cluster.submitted).toHaveLength(4);
    expect(await runOf(run)).toMatchObject({
      status: 'interrupted',
      reason: expect.stringContaining('4 jobs in a row'),
    });
  });

  it('is not given up for a scheduler that does not know its job for less than a minute', async () => {
    const { cluster, sent, clock } = await openedLab();
    const { block } = await sent();
    cluster.tell({ type: 'job', block, job: null });
    clock.time += MINUTE_MS - 1;
    cluster.tell({ type: 'silence', block: null, reason: 'Slurm does not answer.' });
    cluster.tell({ type: 'job', block, job: null });
    cluster.tell(jobSeen(block, 'RUNNING', { state: 'runs' }));
    clock.time += MINUTE_MS;
    cluster.tell({ type: 'job', block, job: null });
    clock.time += MINUTE_MS;
    cluster.tell({ type: 'job', block, job: null });
    await vi.waitFor(() => expect(cluster.submitted).toHaveLength(2), PATIENCE);
  });
});

describe('the log of a run that fails elsewhere', () => {
  const LOG = 'loads\nOut of memory.\n';
  const failure = { type: 'run.failed', step: null, reason: 'It fails.' } as const;

  async function logOf({ runs }: Services, run: string): Promise<string> {
    let all = '';
    for await (const { text } of await runs.log(run, { signal: AbortSignal.abort() })) all += text;
    return all;
  }

  /** A run that has reported this, and left a log. */
  async function reported(bodies: readonly RunEventBody[]) {
    const lab = await openedLab();
    const { run, block } = await lab.sent();
    const path = `/root/jobs/${block}/runs/${run}/trainer.log`;
    lab.files.set(path, LOG);
    lab.tellEvents(block, run, bodies);
    const kept = () => readFileSync(join(lab.home, 'runs', run, 'trainer.log'), 'utf8');
    return { ...lab, run, block, path, kept };
  }

  it('is kept here at once, and shown where the machine has cleaned up', async () => {
    const { kept, files, path, services, run } = await reported([started, failure]);
    await vi.waitFor(() => expect(kept()).toBe(LOG), PATIENCE);
    files.delete(path);
    expect(await logOf(services, run)).toBe(LOG);
  });

  it('comes with the next session where the machine does not answer then', async () => {
    const lab = await openedLab();
    lab.files.isReachable = false;
    const { run, block } = await lab.sent();
    lab.files.set(`/root/jobs/${block}/runs/${run}/trainer.log`, LOG);
    lab.tellEvents(block, run, [started, failure]);
    await vi.waitFor(() => expect(lab.files.refused).toBeGreaterThan(0), PATIENCE);
    const path = join(lab.home, 'runs', run, 'trainer.log');
    expect(existsSync(path)).toBe(false);
    lab.files.isReachable = true;
    lab.cluster.lose('The link is down.');
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe(LOG), PATIENCE);
  });

  it('is kept of one that was given up, and looked for there as long as it goes on', async () => {
    const { kept, block, run, settled, cluster, services, files, path } = await reported([started, epochFinished(1)]);
    cluster.tell(attemptSeen(block, { end: { at: 1, ended: 'hindered', reason: 'Full.', runs: {}, gaveUp: [] } }));
    cluster.tell(jobSeen(block, 'FAILED'));
    await settled(block);
    expect(kept()).toBe(LOG);
    await services.runs.resume(run);
    files.set(path.replace(block, (await services.remote.jobs(false))[0].block), 'goes on\n');
    expect(await logOf(services, run)).toBe('goes on\n');
  });
});

describe("the user's word", () => {
  it('reaches a run that trains by its folder', async () => {
    const { cluster, sent, runOf, tellEvents, settled, services } = await openedLab();
    const { run, block } = await sent();
    tellEvents(block, run, [started]);
    cluster.tell(jobSeen(block, 'RUNNING', { state: 'runs' }));
    await vi.waitFor(async () => expect((await services.remote.jobs(false))[0].state).toBe('runs'), PATIENCE);
    await services.runs.end(run, 'pause');
    expect(cluster.controls.at(-1)).toMatchObject([{ type: 'pause', runId: run, reason: 'Paused by the user.' }]);
    expect(cluster.cancelled).toEqual([]);
    tellEvents(block, run, [{ type: 'run.paused', step: 20, reason: 'Paused by the user.' }], 2);
    await settled(block);
    expect(await runOf(run)).toMatchObject({ status: 'paused', lastSeq: 2 });
  });

  it('ends a job that only waits, and the run is what the user wanted', async () => {
    const { cluster, sent, runOf, settled, services } = await openedLab();
    const { run, block } = await sent();
    await services.runs.end(run, 'stop');
    expect(cluster.cancelled).toEqual(['1']);
    cluster.tell(jobSeen(block, 'CANCELLED'));
    await settled(block);
    expect(await runOf(run)).toMatchObject({ status: 'stopped', reason: 'Stopped by the user.' });
  });

  it('has a paused run go on where its checkpoints are, in another block', async () => {
    const { cluster, sent, runOf, tellEvents, settled, services } = await openedLab();
    const { run, block } = await sent();
    const pause = { type: 'run.paused', step: 20, reason: 'Paused by the user.' } as const;
    tellEvents(block, run, [started, epochFinished(1), checkpointSaved(20, 1), pause]);
    await settled(block);
    expect(await services.runs.resume(run)).toBe(run);
    expect(cluster.placed).toHaveLength(2);
    const [, { block: second, from }] = cluster.placed;
    expect(from).toEqual({ [run]: block });
    expect(second.runs[0]).toMatchObject({ runId: run, lastSeq: 4, reached: [{ step: 20, seq: 3 }] });
    expect(second.runs[0].stored.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(await runOf(run)).toMatchObject({ status: 'queued', elsewhere: { isThere: true } });
  });

  it('follows again a run that is there, whoever asks for it to go on', async () => {
    const { cluster, sent, runOf, tellEvents, services } = await openedLab();
    const { run, block } = await sent();
    expect(await services.runs.resume(run)).toBe(run);
    const gaveWay = { type: 'run.interrupted', step: 20, reason: 'The time limit of its job is near.' } as const;
    tellEvents(block, run, [started, epochFinished(1), gaveWay]);
    await vi.waitFor(async () => expect((await runOf(run)).status).toBe('interrupted'), PATIENCE);
    expect(await services.runs.resume(run)).toBe(run);
    expect(cluster.submitted).toHaveLength(1);
    expect(await runOf(run)).toMatchObject({ elsewhere: { isThere: true } });
  });

  it('opens a home whose machine is named no more, and says so', async () => {
    const { cluster, services, store } = await openedLab();
    cluster.refusal = new AppError('unavailable', 'The link is down.');
    await services.runs.start(SPEC, ON);
    await services.remote.close();
    cluster.isForgotten = true;
    const remoteFiles = { keepLog: async () => undefined };
    const again = new RemoteQueue({ ...services, store, clock: { now: () => 5 }, machines: cluster, remoteFiles });
    await again.follow(null);
    const reason = 'There is no machine cluster.';
    expect(await again.jobs(true)).toMatchObject([{ machine: 'cluster', link: { state: 'down', reason } }]);
  });

  it('closes a home without touching what trains elsewhere', async () => {
    const { cluster, sent, runOf, services } = await openedLab();
    const { run } = await sent();
    await services.remote.close();
    expect(cluster.controls).toEqual([]);
    expect(cluster.cancelled).toEqual([]);
    expect(await runOf(run)).toMatchObject({ status: 'queued', elsewhere: { isThere: true } });
  });
});

describe('a study that is sent to another machine', () => {
  it('has a block for each seed, the baseline first, and the other arms in an order that rotates', async () => {
    const { cluster, services, store } = await openedLab();
    const arms = [...STUDY.arms, { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true } as const];
    await services.studies.start({ ...STUDY, arms, equalTimeBaseline: false }, ON);
    const names = cluster.placed.map(({ block }) => block.runs.map(({ arm }) => arm));
    const [baseline, cubic, linear] = (await store.study('small')).arms.map(({ name }) => name);
    expect(names).toEqual([
      [baseline, cubic, linear],
      [baseline, linear, cubic],
    ]);
    expect(new Set(cluster.placed.flatMap(({ block }) => block.runs.map(({ spec }) => spec.seed)))).toEqual(
      new Set([1, 2]),
    );
  });

  it('may have a block for each run', async () => {
    const { cluster, services } = await openedLab();
    await services.studies.start({ ...STUDY, equalTimeBaseline: false }, { ...ON, block: 'run' });
    expect(cluster.placed.map(({ block }) => block.runs.length)).toEqual(Array.from({ length: 4 }, () => 1));
    expect(cluster.sessions).toBe(1);
  });

  it('is brought out one block after the other once a machine answers, however many there are', async () => {
    const { cluster, services } = await openedLab();
    cluster.refusal = new AppError('unavailable', 'The link is down.');
    const spec = { ...STUDY, seeds: [1, 2, 3], equalTimeBaseline: false };
    await services.studies.start(spec, { ...ON, block: 'run' });
    expect(cluster.submitted).toEqual([]);
    cluster.refusal = null;
    await vi.waitFor(() => expect(cluster.submitted).toHaveLength(6), PATIENCE);
    expect(cluster.mostAtOnce).toBe(1);
    await vi.waitFor(() => expect(cluster.orders.filter(({ type }) => type === 'watch')).toHaveLength(6), PATIENCE);
  });

  it('is followed, not sent again, by the same command, also where a run has begun', async () => {
    const { cluster, services, store, runOf, tellEvents } = await openedLab();
    const spec = { ...STUDY, equalTimeBaseline: false };
    const { runIds } = await services.studies.start(spec, ON);
    const [{ id: block, runs }] = await store.blocks();
    tellEvents(block, runs[0], [started, epochFinished(1)]);
    await vi.waitFor(async () => expect((await runOf(runs[0])).status).toBe('running'), PATIENCE);
    expect((await services.studies.start(spec, ON)).runIds.toSorted()).toEqual([...runIds].toSorted());
    expect(cluster.submitted).toHaveLength(2);
    await services.studies.start(spec);
    expect(cluster.submitted).toHaveLength(2);
  });
});
