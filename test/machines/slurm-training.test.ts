import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import type { LabHost } from '#contract/host.ts';
import { parseRunSpec } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { parseStudySpec } from '#core/study.ts';
import { openHost } from '../../src-main/host.ts';
import { type SlurmCluster, slurm, startSlurm } from '../support/slurm.ts';
import { type ClusterSettings, homeWithCluster, machineRoot, reopened, setUpHere } from '../support/slurm-home.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';
import { DATASET } from '../support/trainer.ts';

// The real trainer in jobs of a real Slurm.
const PATIENCE = { timeout: 540_000, interval: 200 };
vi.setConfig({ testTimeout: 600_000 });
const BASE = {
  ...{ dataset: DATASET, train: 160, validation: 40, test: 40, batchSize: 8 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
};
const ON = { machine: 'cluster', block: 'seed', time: null } as never;

/** Some eight seconds alone on a fast machine: a job looks once a second at what is wanted of it. */
const LONG = parseRunSpec({
  ...{ ...BASE, epochs: 80, seed: 3, logEverySteps: 20 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.8 },
});

let cluster: SlurmCluster;
let root: string;

async function opened(slurmSettings: ClusterSettings = {}): Promise<{ readonly host: LabHost; readonly home: string }> {
  const home = join(temporaryFolder(), 'home');
  const host = await homeWithCluster(home, root, slurmSettings);
  onTestFinished(() => host.close('The test is over.'));
  return { host, home };
}

async function reached(client: LabClient, run: string, epoch: number): Promise<void> {
  await vi.waitFor(async () => expect((await client.runs.show({ run })).epoch).toBeGreaterThanOrEqual(epoch), PATIENCE);
}

async function finished(client: LabClient, run: string): Promise<void> {
  await vi.waitFor(async () => expect((await client.runs.show({ run })).status).toBe('finished'), PATIENCE);
}

/** What was learnt in each epoch, with each event in its place. */
async function learnt(client: LabClient, run: string) {
  const events = await client.runs.events({ run });
  const isEpoch = (event: RunEvent) => event.type === 'epoch.finished';
  const { epochs, testError } = await client.runs.show({ run });
  return {
    seqs: events.map(({ seq }) => seq).filter((seq, index, all) => index > 0 && seq <= all[index - 1]),
    reported: events.filter(isEpoch).length,
    epochs: epochs.map(({ epoch, trainLoss, validationError }) => [epoch, trainLoss, validationError]),
    testError,
  };
}

let whole: Awaited<ReturnType<typeof learnt>>;

async function jobOf(client: LabClient, run: string): Promise<string> {
  const job = (await client.jobs.list({})).find(({ runs }) => runs.includes(run))?.job;
  if (job == null) throw new Error(`Run ${run} has no job.`);
  return job;
}

describe.skipIf(slurm === null)('runs in jobs of Slurm', () => {
  beforeAll(async () => {
    cluster = await startSlurm({ nodes: 2 });
    for (const [name, value] of Object.entries(cluster.environment)) vi.stubEnv(name, value);
    root = machineRoot(cluster);
    await setUpHere(root, cluster);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await cluster.close();
  });

  it('give the errors that they give here, with the seeds side by side', async () => {
    const study = parseStudySpec({
      ...{ name: 'small', base: { ...BASE, epochs: 1 }, seeds: [1, 2], equalTimeBaseline: false },
      arms: [{ kind: 'freezeout', shape: 'cubic', t0: 0.5 }],
    });
    const there = await opened();
    await there.host.client.studies.start({ spec: study, on: ON });
    expect((await there.host.client.jobs.list({})).map(({ runs }) => runs.length)).toEqual([2, 2]);
    await there.host.idle();
    const here = await openHost({ home: join(temporaryFolder(), 'here'), serve: false });
    onTestFinished(() => here.close('The test is over.'));
    await here.client.settings.update({ threads: 1 });
    await here.client.studies.start({ spec: study });
    await here.idle();
    const errors = async (client: LabClient) =>
      (await client.studies.show({ study: 'small' })).runs.map((run) => [run.arm, run.seed, run.status, run.testError]);
    expect(await errors(there.host.client)).toEqual(await errors(here.client));
    expect((await errors(here.client)).every(([, , status]) => status === 'finished')).toBe(true);
    expect(await there.host.client.jobs.list({})).toEqual([]);
  });

  it("have S' of the equal-time arm from a job that measures first, also where the host is away meanwhile", async () => {
    const { host, home } = await opened();
    const study = parseStudySpec({
      ...{ name: 'timed', base: { ...BASE, epochs: 1 }, seeds: [1, 2], arms: [{ kind: 'fixed', layers: 4 }] },
    });
    await host.client.studies.start({ spec: study, on: ON });
    expect((await host.client.jobs.list({})).map(({ waitsFor }) => waitsFor)).toEqual([
      null,
      'calibration',
      'calibration',
    ]);
    await host.close('The lid is closed.');
    const again = await reopened(home);
    onTestFinished(() => again.close('The test is over.'));
    // Whoever looks sends what had to wait.
    await vi.waitFor(async () => {
      expect((await again.client.jobs.list({ look: true })).every(({ waitsFor }) => waitsFor === null)).toBe(true);
    }, PATIENCE);
    const { arms, runs } = await again.client.studies.show({ study: 'timed' });
    const equalTime = arms.find(({ role }) => role === 'equal-time');
    expect(equalTime?.stepsFrom).toBe('calibration');
    for (const { id } of runs) await finished(again.client, id);
    const ended = await again.client.studies.show({ study: 'timed' });
    const own = ended.runs.filter(({ arm }) => arm === equalTime?.name);
    expect(own.map(({ steps }) => steps)).toEqual([equalTime?.steps, equalTime?.steps]);
  });

  it('go on after a requeue in the midst of an epoch, and lose and double nothing', async () => {
    const { client } = (await opened()).host;
    const { runId: undisturbed } = await client.runs.start({ spec: LONG, on: ON });
    const { runId } = await client.runs.start({ spec: LONG, on: ON });
    await reached(client, runId, 3);
    await cluster.ask('scontrol', 'requeue', await jobOf(client, runId));
    await finished(client, undisturbed);
    whole = await learnt(client, undisturbed);
    await finished(client, runId);
    expect(await learnt(client, runId)).toEqual(whole);
    const resumed = (await client.runs.history({ run: runId })).filter(({ type }) => type === 'run.resumed');
    expect(resumed.length).toBeGreaterThan(0);
  });

  it('go on while their host is away and while Slurm does not answer', async () => {
    const { host, home } = await opened();
    const { runId } = await host.client.runs.start({ spec: LONG, on: ON });
    await reached(host.client, runId, 2);
    await host.close('The lid is closed.');
    await cluster.stopController();
    const again = await reopened(home);
    onTestFinished(() => again.close('The test is over.'));
    expect((await again.client.runs.show({ run: runId })).status).toBe('running');
    const idle = again.client.jobs.list({ look: true });
    await finished(again.client, runId);
    cluster.startController();
    await idle;
    expect(await learnt(again.client, runId)).toEqual(whole);
  });

  it('pause and go on there, and stop while they wait', async () => {
    const { client } = (await opened()).host;
    const { runId } = await client.runs.start({ spec: LONG, on: ON });
    await reached(client, runId, 2);
    await client.runs.pause({ run: runId });
    await vi.waitFor(async () => {
      expect(await client.runs.show({ run: runId })).toMatchObject({ status: 'paused', elsewhere: { isThere: false } });
    }, PATIENCE);
    await client.runs.resume({ run: runId });
    await finished(client, runId);
    expect(await learnt(client, runId)).toEqual(whole);

    const held = (await opened({ options: ['--begin=now+1hour'] })).host.client;
    const { runId: waiting } = await held.runs.start({ spec: LONG, on: ON });
    await held.runs.stop({ run: waiting });
    await vi.waitFor(async () => expect((await held.runs.show({ run: waiting })).status).toBe('stopped'), PATIENCE);
    expect(await cluster.ask('squeue', '-h', '-o', '%i')).toBe('');
  });
});
