// Prints what reading costs in a home of test/bench/seed.ts: `node test/bench/reads.ts HOME [CALLS]`. For each question the
// time inside the reader's thread, the time until the answer is here, and what this thread works for it; then the delays of
// this thread's loop and of commits while a query over all sampled steps of 25 runs goes on.
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readings } from '#core/ports.ts';
import type { RunEvent } from '#core/run-event.ts';
import { openReadOnly } from '../../src-main/sqlite/database.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import type { Synchronous } from '../../src-main/sqlite/synchronous.ts';

const [home, calls = '10'] = process.argv.slice(2);
const CALLS = Number(calls);

type Asked<Answer> = (reader: Synchronous<Readings> | Readings) => Answer;

function quantile(times: readonly number[], q: number): string {
  const sorted = times.toSorted((one, other) => one - other);
  return (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0).toFixed(1);
}

const database = openReadOnly(join(home, 'lab.sqlite'));
const reader = new SqliteReader(database);
const store = await openStore(home);
if (store === null) throw new Error(`${home} has another owner.`);
const ids = reader.runRows({ after: null, limit: 500 }).rows.map((row) => row.id);
const middle = reader.runRows({ after: null, limit: 500 }).next;
await store.overview();

async function measure(what: string, ask: Asked<unknown>): Promise<void> {
  const inside: number[] = [];
  const outside: number[] = [];
  const working: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const startedAt = performance.now();
    ask(reader);
    inside.push(performance.now() - startedAt);
    await sleep(5);
    const before = performance.eventLoopUtilization();
    const askedAt = performance.now();
    await ask(store as Readings);
    outside.push(performance.now() - askedAt);
    await new Promise(setImmediate);
    working.push(performance.eventLoopUtilization(before).active);
  }
  console.log(
    `${what}: inside ${quantile(inside, 0.5)} (p99 ${quantile(inside, 0.99)}), outside ${quantile(outside, 0.5)}, ` +
      `this thread works ${quantile(working, 0.5)} (most ${quantile(working, 1)}) ms`,
  );
}

const curves = (count: number, series: 'validationError' | 'stepLoss', smoothing = 0) => ({
  runs: ids.slice(0, count),
  series,
  buckets: 400,
  smoothing,
});
await measure('first 250 rows', (from) => from.runRows({ after: null, limit: 250 }));
await measure('a later 250 rows', (from) => from.runRows({ after: middle, limit: 250 }));
await measure('250 rows by id', (from) => from.runRows({ ids: ids.slice(0, 250), after: null, limit: 250 }));
await measure('a series at one epoch', (from) => from.valuesAt('validationError', 50));
await measure('overview', (from) => from.overview());
await measure('25 curves', (from) => from.curves(curves(25, 'validationError')));
await measure('25 curves, smoothed', (from) => from.curves(curves(25, 'validationError', 0.9)));
await measure('25 curves of steps', (from) => from.curves(curves(25, 'stepLoss')));
await measure('times of steps', (from) => from.stepTimes(ids[0], 200));

/** Commits one sampled step after another while `busy` goes on. */
async function commitsDuring(what: string, busy: Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const times: number[] = [];
  let isOver = false;
  void busy.finally(() => {
    isOver = true;
  });
  delay.enable();
  while (!isOver) {
    const startedAt = performance.now();
    await committed.appendEvents([sampled(++seq)]);
    times.push(performance.now() - startedAt);
    await sleep(5);
  }
  delay.disable();
  console.log(
    `commit ${what}: ${times.length} times, median ${quantile(times, 0.5)}, p99 ${quantile(times, 0.99)}, ` +
      `most ${quantile(times, 1)} ms; loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
  );
}

const committed = store;
const [run] = reader.runRows({ after: null, limit: 1 }).rows;
let { lastSeq: seq } = await store.run(run.id);
function sampled(next: number): RunEvent {
  const ms = { wait: 0, step: 1, other: 0 };
  return { type: 'step.sampled', seq: next, runId: run.id, at: Date.now(), step: next, loss: 1, learningRates: [], ms };
}

await commitsDuring('in peace', sleep(2000));
const startedAt = performance.now();
const query = store.curves(curves(25, 'stepLoss'));
await commitsDuring('during the query', query);
const points = (await query).reduce((sum, curve) => sum + curve.points, 0);
console.log(`the query: ${points} points in ${(performance.now() - startedAt).toFixed(0)} ms`);
database.close();
await store.close();
