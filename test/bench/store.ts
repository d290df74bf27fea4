// Prints what the store costs: `node test/bench/store.ts [RUNS] [EPOCHS]`. In a new home on the disk of the temporary
// folder: one commit an epoch, batches of epochs, the list of all runs inside and outside the store's thread.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { NewRun, Store } from '#core/ports.ts';
import type { LayerRecord } from '#core/records.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { UNKNOWN_CONDITIONS } from '../support/conditions.ts';

const RUNS = Number(process.argv[2] ?? 1000);
const EPOCHS = Number(process.argv[3] ?? 100);
/** Of an epoch row: three measured ones, three times, the frozen layers, its number and its moment. */
const VALUES_AN_EPOCH = 9;

const spec = resolvedRunSpecSchema.parse({
  dataset: 'fashion-mnist',
  train: 50_000,
  validation: 5000,
  test: 10_000,
  model: { kind: 'densenet-bc' },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.8 },
  epochs: EPOCHS,
});

const layers: readonly LayerRecord[] = Array.from({ length: 40 }, (_, index) => ({
  index,
  name: `dense1.bottleneck${index}`,
  params: 12_345,
  macs: 1_234_567,
  freezeStep: 1000 * (index + 1),
  unfreezeStep: null,
  initialLearningRate: 0.1 / (index + 1),
}));

function runOf(index: number): NewRun {
  const place = {
    data: null,
    weights: null,
    classGaps: null,
    studyId: null,
    arm: null,
    imported: false,
    createdAt: Date.now(),
  };
  return { id: `bench-${index}`, spec, steps: 1000 * EPOCHS, stepsPerEpoch: 1000, computeSaved: 0.2, layers, ...place };
}

function epochOf(runId: string, epoch: number): RunEvent {
  const losses = { trainLoss: Math.random(), validationLoss: Math.random(), validationError: Math.random() };
  const conditions = { ...UNKNOWN_CONDITIONS, otherLoad: Math.random(), throttledSeconds: 0 };
  const seconds = { training: Math.random(), evaluation: Math.random(), checkpoint: Math.random() };
  return {
    type: 'epoch.finished',
    seq: epoch,
    runId,
    at: Date.now(),
    epoch,
    ...losses,
    frozenLayers: 3,
    seconds,
    conditions,
  };
}

function epochsOf(index: number): RunEvent[] {
  return Array.from({ length: EPOCHS }, (_, epoch) => epochOf(`bench-${index}`, epoch + 1));
}

/** Milliseconds of each call, sorted. */
async function timesMs(count: number, call: (index: number) => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await call(index);
    times.push(performance.now() - startedAt);
  }
  return times.sort((left, right) => left - right);
}

function report(what: string, times: readonly number[], perCall = 1): void {
  const quantile = (q: number) => (times[Math.min(times.length - 1, Math.floor(q * times.length))] ?? 0).toFixed(2);
  const total = times.reduce((sum, time) => sum + time, 0);
  const rate = Math.round((1000 * perCall * times.length) / total);
  console.log(`${what}: median ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, ${rate} a second`);
}

async function benchWrites(store: Store): Promise<void> {
  report('enqueue a run of 40 layers', await timesMs(RUNS, (index) => store.enqueue([runOf(index)])));
  const single = Math.min(20, RUNS);
  const events = Array.from({ length: single }, (_, index) => epochsOf(index)).flat();
  report(
    'commit one epoch, from outside the thread',
    await timesMs(events.length, (at) => store.appendEvents([events[at]])),
  );
  const batched = await timesMs(RUNS - single, (index) => store.appendEvents(epochsOf(index + single)));
  report(`commit ${EPOCHS} epochs, epochs a second`, batched, EPOCHS);
}

async function benchReads(store: Store): Promise<void> {
  report(`list ${RUNS} runs, from outside the thread`, await timesMs(20, () => store.runs({})));
  report('one run with its epochs', await timesMs(100, (index) => store.run(`bench-${index % RUNS}`)));
}

async function benchInside(path: string): Promise<void> {
  const store = SqliteStore.open(path);
  report(`list ${RUNS} runs, inside the thread`, await timesMs(20, () => store.runs({})));
  store.close();
}

function reportSize(path: string): void {
  const database = new Database(path, { readonly: true });
  const bytes = database.prepare<[], number>("SELECT sum(pgsize) FROM dbstat WHERE name = 'epochs'").pluck().get() ?? 0;
  console.log(`epochs: ${(bytes / (RUNS * EPOCHS * VALUES_AN_EPOCH)).toFixed(1)} bytes a value`);
  database.close();
}

const home = mkdtempSync(join(tmpdir(), 'freezeout-bench-'));
const store = await openStore(home);
if (store !== null) {
  await benchWrites(store);
  await benchReads(store);
  await store.close();
  await benchInside(join(home, 'lab.sqlite'));
  reportSize(join(home, 'lab.sqlite'));
}
rmSync(home, { recursive: true });
