import { describe, expect, it, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { parseStudySpec } from '#core/study.ts';
import { RemoteQueue } from '../../src-main/services/remote-queue.ts';
import { openLab, STUDY } from '../support/lab-fixture.ts';
import { ScriptedCluster } from '../support/scripted-machines.ts';
import { scriptedTrainers } from '../support/scripted-trainers.ts';
import { epochFinished, numbered, profiled, runFinished, secondsOf, started } from '../support/store-fixtures.ts';

const ON = { machine: 'cluster', block: 'seed', time: null } as const;
const PATIENCE = { timeout: 20_000 };
const MEASURED: RunEventBody = { type: 'run.stopped', step: 0, reason: 'Only its step times were to be measured.' };

/** A study of 100 steps for each run, whose step times are being measured on the cluster. */
async function measuringLab(spec = STUDY) {
  const cluster = new ScriptedCluster();
  const trainers = scriptedTrainers(() => ({ events: [], end: 'wait' }));
  const lab = await openLab(trainers, (store) => store, { remoteMachines: cluster });
  const { services, store } = lab;
  await services.studies.start(spec, ON);
  const study = () => store.study('small');
  const [{ id: calibration }] = await store.blocks();
  const [measured] = (await study()).runs.filter(({ arm }) => arm?.startsWith('cubic'));
  await vi.waitFor(() => expect(cluster.orders).toHaveLength(1), PATIENCE);
  const tell = (block: string, runId: string, bodies: readonly RunEventBody[]) =>
    cluster.tell({ type: 'events', block, runId, events: numbered(runId, bodies, 1) });
  const over = async (block: string) => {
    await vi.waitFor(() => expect(cluster.orders).toContainEqual({ type: 'finish', block }), PATIENCE);
    cluster.tell({ type: 'finished', block });
    await vi.waitFor(async () => expect((await store.blocks()).map(({ id }) => id)).not.toContain(block), PATIENCE);
  };
  return { ...lab, cluster, trainers, study, calibration, measured, tell, over };
}

async function equalTimeArm({ study }: Pick<Awaited<ReturnType<typeof measuringLab>>, 'study'>) {
  const { arms, runs } = await study();
  const [arm] = arms.filter(({ role }) => role === 'equal-time');
  return {
    steps: arm.steps,
    from: arm.stepsFrom,
    runs: runs.filter((run) => run.arm === arm.name).map((run) => run.steps),
  };
}

describe("S' of a study that is sent elsewhere", () => {
  it('is measured there by one job before any run is sent, and then all blocks go out with it', async () => {
    const lab = await measuringLab();
    const { cluster, services, calibration, measured, tell, over } = lab;
    expect(
      cluster.placed.map(({ block }) => [block.id, block.runs.map((run) => [run.runId, run.isOnlyProfiled])]),
    ).toEqual([[calibration, [[measured.id, true]]]]);
    expect(await services.remote.jobs(false)).toMatchObject([
      { runs: [], calibrates: [measured.id], waitsFor: null, job: '1' },
      { runs: [{}, {}, {}].map(() => expect.any(String)), waitsFor: 'calibration', job: null },
      { waitsFor: 'calibration', job: null },
    ]);
    tell(calibration, measured.id, [started, profiled(0.1, 0.5), MEASURED]);
    await over(calibration);
    await vi.waitFor(() => expect(cluster.submitted).toHaveLength(3), PATIENCE);
    expect(await equalTimeArm(lab)).toEqual({ steps: 90, from: 'calibration', runs: [90, 90] });
    const steps = cluster.placed.slice(1).map(({ block }) => block.runs.map(({ spec }) => spec.steps ?? null));
    expect(steps).toEqual([
      [null, null, 90],
      [null, 90, null],
    ]);
    // What it reported belongs to no run: the policy's run begins with its own first event.
    expect(cluster.placed[1].block.runs.map(({ lastSeq }) => lastSeq)).toEqual([0, 0, 0]);
    expect(lab.trainers.starts).toEqual([]);
  });

  it('is measured while the host is away, and the blocks go out once one looks', async () => {
    const lab = await measuringLab();
    const { cluster, services, store, calibration, measured, tell, over } = lab;
    await services.remote.close();
    const remoteFiles = { keepLog: async () => undefined };
    const again = new RemoteQueue({ ...services, store, clock: { now: () => 5 }, machines: cluster, remoteFiles });
    await again.follow((await lab.study()).runs.map(({ id }) => id));
    await vi.waitFor(
      () =>
        expect(cluster.orders).toEqual([{ type: 'watch', block: calibration, runs: { [measured.id]: 0 }, job: '1' }]),
      PATIENCE,
    );
    tell(calibration, measured.id, [started, profiled(0.2, 0.5), MEASURED]);
    await over(calibration);
    await vi.waitFor(() => expect(cluster.submitted).toHaveLength(3), PATIENCE);
    expect(await equalTimeArm(lab)).toEqual({ steps: 80, from: 'calibration', runs: [80, 80] });
    await again.close();
  });

  it('that could not be measured takes all runs back, says why, and is measured anew by the same command', async () => {
    const lab = await measuringLab();
    const { cluster, services, store, calibration, measured, tell, over } = lab;
    tell(calibration, measured.id, [started, { type: 'run.failed', step: null, reason: 'No GPU is visible.' }]);
    await over(calibration);
    expect(await store.blocks()).toEqual([]);
    const { runs } = await lab.study();
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['interrupted']));
    expect(runs[0].reason).toBe(
      `The step times that fix S' of the equal-time arms could not be measured on cluster, so no run was sent there: No GPU is visible. Its files are in /root/jobs/${calibration}. Once that is mended, resume the runs, or start the study there again: it is measured anew.`,
    );
    expect(cluster.submitted).toEqual([calibration]);
    expect(await equalTimeArm(lab)).toMatchObject({ from: 'compute' });
    await services.studies.start(STUDY, ON);
    expect(cluster.placed.at(-1)?.block.runs).toMatchObject([{ runId: measured.id, isOnlyProfiled: true }]);
    expect((await store.blocks()).map(({ after }) => after.length)).toEqual([0, 1, 1]);
  });

  it('takes all runs back where the machine refuses the job', async () => {
    const cluster = new ScriptedCluster();
    cluster.refusal = new AppError('bad-request', 'Slurm on cluster does not take the job: Invalid account.');
    const { services, store } = await openLab(
      scriptedTrainers(() => ({ events: [], end: 'wait' })),
      (it) => it,
      {
        remoteMachines: cluster,
      },
    );
    await expect(services.studies.start(STUDY, ON)).rejects.toThrow('Invalid account');
    expect(await store.blocks()).toEqual([]);
    expect(new Set((await store.study('small')).runs.map(({ status }) => status))).toEqual(new Set(['interrupted']));
    expect(cluster.placed).toHaveLength(1);
  });

  it('is measured once, also where seeds are added meanwhile', async () => {
    const lab = await measuringLab();
    const { cluster, services, store, calibration, measured, tell, over } = lab;
    await services.studies.start({ ...STUDY, seeds: [1, 2, 3] }, ON);
    expect((await store.blocks()).map(({ after }) => after)).toEqual([[], [calibration], [calibration], [calibration]]);
    tell(calibration, measured.id, [started, profiled(0.1, 0.5), MEASURED]);
    await over(calibration);
    await vi.waitFor(() => expect(cluster.submitted).toHaveLength(4), PATIENCE);
    expect(await equalTimeArm(lab)).toEqual({ steps: 90, from: 'calibration', runs: [90, 90, 90] });
    // Later seeds have it already.
    await services.studies.start({ ...STUDY, seeds: [1, 2, 3, 4] }, ON);
    expect(cluster.submitted).toHaveLength(5);
  });

  it('keeps nobody from pausing runs that wait for it', async () => {
    const { cluster, services, store, study, calibration, measured, tell, over } = await measuringLab();
    const { runs } = await study();
    const first = runs.filter(({ seed }) => seed === 1);
    for (const { id } of first) await services.runs.end(id, 'pause');
    expect((await study()).runs.map(({ status }) => status)).toEqual([
      ...['paused', 'paused', 'paused'],
      ...['queued', 'queued', 'queued'],
    ]);
    tell(calibration, measured.id, [started, profiled(0.1, 0.5), MEASURED]);
    await over(calibration);
    await vi.waitFor(() => expect(cluster.submitted).toHaveLength(2), PATIENCE);
    expect((await store.blocks()).flatMap((block) => block.runs)).toHaveLength(3);
  });

  it('waits for the runs of a policy that decides while training', async () => {
    const deciding = parseStudySpec({ ...STUDY, arms: [{ kind: 'gradient-norm' }], seeds: [1] });
    const cluster = new ScriptedCluster();
    const trainers = scriptedTrainers(() => ({ events: [], end: 'wait' }));
    const { services, store } = await openLab(trainers, (it) => it, { remoteMachines: cluster });
    await services.studies.start(deciding, ON);
    const [first, second] = await store.blocks();
    expect([first.runs.length, second.runs.length, second.after]).toEqual([2, 1, [first.id]]);
    expect(await services.remote.jobs(false)).toMatchObject([{ waitsFor: null }, { waitsFor: 'policy' }]);
    expect(cluster.submitted).toEqual([first.id]);
    await vi.waitFor(() => expect(cluster.orders).toHaveLength(1), PATIENCE);
    const saved = { compute: 0.3, profile: 0.4 };
    for (const [index, runId] of first.runs.entries()) {
      const end = runFinished({ testLoss: 1, seconds: secondsOf(9), ...(index === 0 ? {} : { saved }) });
      const events = numbered(runId, [started, epochFinished(1), end]);
      cluster.tell({ type: 'events', block: first.id, runId, events });
    }
    await vi.waitFor(() => expect(cluster.orders).toContainEqual({ type: 'finish', block: first.id }), PATIENCE);
    cluster.tell({ type: 'finished', block: first.id });
    await vi.waitFor(() => expect(cluster.submitted).toEqual([first.id, second.id]), PATIENCE);
    expect((await store.study('small')).arms[2]).toMatchObject({ steps: 60, stepsFrom: 'profile' });
    expect(cluster.placed[1].block.runs[0].spec.steps).toBe(60);
  });
});
