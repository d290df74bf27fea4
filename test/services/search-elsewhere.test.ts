import { expect, it, vi } from 'vitest';
import type { BlockRun } from '#core/block/block.ts';
import { searchRequestSchema } from '#core/find/settings.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { openLab, STUDY } from '../support/lab-fixture.ts';
import { ScriptedCluster } from '../support/scripted-machines.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';
import { numbered, profiled, started } from '../support/store-fixtures.ts';

const ON = { machine: 'cluster', block: 'seed', time: null } as const;
const PATIENCE = { timeout: 20_000 };
const REQUEST = searchRequestSchema.parse({ tolerance: 10, budgetSeconds: 1e6, candidates: [0.4, 0.6] });

/** Freezing at 0.4 costs 40 points, at 0.6 nothing; it saves 1 - t0. */
function trained({ arm, spec: { policy, seed } }: BlockRun): readonly RunEventBody[] {
  const scatter = 0.0001 * ((seed * (arm === 'baseline' ? 3 : 5)) % 4);
  if (policy.kind !== 'freezeout' || policy.shape === 'curve') return finishing(0.1 + scatter, 10).events;
  const { events } = finishing((policy.t0 < 0.5 ? 0.5 : 0.1) + scatter, 10 * policy.t0);
  return [profiled(1 - policy.t0, 0.5), ...events];
}

async function openedLab() {
  const cluster = new ScriptedCluster();
  const trainers = scriptedTrainers(() => ({ events: [], end: 'wait' }));
  const lab = await openLab(trainers, (store) => store, { remoteMachines: cluster });
  let told = 0;
  /** Trains all that was sent since the last call, and gives the runs of each block. */
  const train = async (blocks: number) => {
    await vi.waitFor(() => expect(cluster.submitted).toHaveLength(told + blocks), PATIENCE);
    const sent = cluster.placed.slice(told).map(({ block }) => block);
    told += blocks;
    for (const block of sent) await trainBlock(block.id, block.runs);
    return sent.map(({ runs }) => runs.map(({ arm, spec }) => `${arm} ${spec.seed}`));
  };
  async function trainBlock(block: string, runs: readonly BlockRun[]): Promise<void> {
    await vi.waitFor(() => expect(cluster.orders.map((order) => order.block)).toContain(block), PATIENCE);
    for (const run of runs) {
      const events = numbered(run.runId, [started, ...trained(run)]);
      cluster.tell({ type: 'events', block, runId: run.runId, events });
    }
    await vi.waitFor(() => expect(cluster.orders).toContainEqual({ type: 'finish', block }), PATIENCE);
    cluster.tell({ type: 'finished', block });
    await vi.waitFor(async () => expect((await lab.store.blocks()).map(({ id }) => id)).not.toContain(block), PATIENCE);
  }
  return { ...lab, cluster, trainers, train };
}

it('sends each round of a search to its machine, the arms of a seed together, and goes on by itself', async () => {
  const { services, trainers, train } = await openedLab();
  const progress = await services.searches.start({ name: 'mine', base: STUDY.base, search: REQUEST, on: ON });
  expect(progress).toMatchObject({ state: 'training', machine: 'cluster' });
  const [shown, tried] = ['cubic scaled 0.6', 'cubic scaled 0.4'];
  // One run of the baseline shows how long runs take.
  expect(await train(1)).toEqual([['baseline 1']]);
  const [[begun], ...pairs] = await train(3);
  const first = begun.replace(/ 1$/, '');
  expect([shown, tried]).toContain(first);
  expect(pairs).toEqual([2, 3].map((seed) => [`baseline ${seed}`, `${first} ${seed}`]));
  const other = first === shown ? tried : shown;
  expect(await train(3)).toEqual([1, 2, 3].map((seed) => [`${other} ${seed}`]));
  expect(await train(3)).toEqual([1, 2, 3].map((seed) => [`${shown}, equal time ${seed}`]));
  await vi.waitFor(async () => expect((await services.searches.show('mine')).state).toBe('done'), PATIENCE);
  const { arms } = await services.studies.show('mine');
  expect(arms.find(({ role }) => role === 'equal-time')).toMatchObject({ steps: 60, stepsFrom: 'profile' });
  expect(trainers.starts).toEqual([]);
});

it('goes on where it was, unless it is told another place', async () => {
  const { services, store, cluster } = await openedLab();
  await services.searches.start({ name: 'mine', base: STUDY.base, search: REQUEST, on: ON });
  expect((await services.searches.resume('mine', { budgetSeconds: 5 })).machine).toBe('cluster');
  expect((await store.searches())[0]).toMatchObject({ destination: ON, settings: { budgetSeconds: 5 } });
  const longer = { ...ON, time: '8:00:00' };
  await services.searches.resume('mine', { on: longer });
  expect((await store.searches())[0].destination).toEqual(longer);
  expect(cluster.submitted).toHaveLength(1);
});

it('is training while a run has only given way on its machine', async () => {
  const { services, cluster, store } = await openedLab();
  await services.searches.start({ name: 'mine', base: STUDY.base, search: REQUEST, on: ON });
  const [{ id: block, runs }] = await store.blocks();
  await vi.waitFor(() => expect(cluster.orders.length).toBeGreaterThan(0), PATIENCE);
  const gaveWay = { type: 'run.interrupted', step: 5, reason: 'The time limit of its job is near.' } as const;
  cluster.tell({ type: 'events', block, runId: runs[0], events: numbered(runs[0], [started, gaveWay]) });
  await vi.waitFor(async () => expect((await store.run(runs[0])).status).toBe('interrupted'), PATIENCE);
  expect((await services.searches.show('mine')).state).toBe('training');
});
