/**
 * Measures how fast epochs and steps are stored, read and backed up, against the bars of docs/reliability.md. On a busy machine, the
 * processor time says more than the clock; of commits, the disk's own speed.
 *
 *   node test/soak/rates.ts             a million rows
 *   node test/soak/rates.ts 100000
 *
 * One line a measurement, and one figure at the end. Ends with 1 where a bar was missed: on a machine that does nothing else.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { backupsOf } from '../../src-main/sqlite/backup-thread.ts';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { epochFinished, newRun, numbered, started, stepSampled } from '../support/store-fixtures.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 1000;
const SINGLE = 2000;
const POINTS = 10_000;

const missed: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'freezeout-rates-'));
const database = openDatabase(join(folder, 'lab.sqlite'));
const store = SqliteStore.over(database);
const reader = new SqliteReader(database);
store.enqueue([newRun('single'), newRun('many'), newRun('curve')]);
for (const id of ['single', 'many', 'curve']) store.appendEvents(numbered(id, [started]));

const commits = Array.from({ length: SINGLE }, (_, index) =>
  milliseconds(() => store.appendEvents(numbered('single', [epochFinished(index + 1)], index + 2))),
).sort((one, other) => one - other);
tell('commits a second', (1000 * SINGLE) / sum(commits), { least: 5000 });
tell('ms for 99 of 100 commits', commits[Math.floor(0.99 * SINGLE)], { most: 1 });
tell('pages a second that a bare file takes and syncs', syncsPerSecond());

let stored = 0;
let batches = 0;
let processor = 0;
while (stored < ROWS) {
  const events = numbered(
    'many',
    Array.from({ length: BATCH }, (_, index) => stepSampled(stored + index)),
    stored + 2,
  );
  const computed = process.cpuUsage();
  batches += milliseconds(() => store.appendEvents(events));
  processor += processorMs(computed);
  stored += BATCH;
}
tell('rows a second in batches', (1000 * stored) / batches, { least: 300_000 });
tell('rows a second of processor time', (1000 * stored) / processor);

for (let step = 0; step < POINTS; step += BATCH) {
  store.appendEvents(
    numbered(
      'curve',
      Array.from({ length: BATCH }, (_, index) => stepSampled(step + index)),
      step + 2,
    ),
  );
}
const curve = { runs: ['curve'], series: 'stepLoss', buckets: 400, smoothing: 0 } as const;
reader.curves(curve);
tell(
  `ms to read ${POINTS} points`,
  milliseconds(() => reader.curves(curve)),
  { most: 10 },
);
store.close();
await measureOpening();
await measureBackup();
rmSync(folder, { recursive: true });
console.log(`${stored} rows: ${missed.length === 0 ? 'every bar was reached' : `missed: ${missed.join(', ')}`}.`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** As a program opens a home that looks at the whole database meanwhile: after a proper end of the one before, and after its death. */
async function measureOpening(): Promise<void> {
  const empty = mkdtempSync(join(tmpdir(), 'freezeout-rates-'));
  for (const home of [empty, folder]) await (await openStore(home))?.close();
  const computedEmpty = process.cpuUsage();
  const startedEmpty = performance.now();
  const emptyStore = await openStore(empty, { mayWait: true });
  const ofEmpty = performance.now() - startedEmpty;
  tell('ms of processor time to open an empty home', processorMs(computedEmpty));
  await emptyStore?.close();
  rmSync(empty, { recursive: true });
  for (const [end, mayWait, state] of [
    ['closed', true, null],
    ['closed, for a short command', false, null],
    ['killed', true, '{"state":"open"}'],
  ] as const) {
    if (state !== null) writeFileSync(join(folder, 'lab.sqlite.state'), state);
    const computed = process.cpuUsage();
    const startedAt = performance.now();
    const opened = await openStore(folder, { mayWait });
    tell('ms of processor time to open it', processorMs(computed));
    const more = performance.now() - startedAt - ofEmpty;
    tell(`ms that a home with ${stored} rows opens later than an empty one (${end})`, more, { most: 200 });
    await opened?.damage();
    console.log(`${Math.round(performance.now() - startedAt)} ms until it was looked at`);
    await opened?.close();
  }
}

/** While the main thread waits for it, as that of a program does. */
async function measureBackup(): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const computed = process.cpuUsage();
  const startedAt = performance.now();
  delay.enable();
  await backupsOf(folder).make('asked');
  delay.disable();
  tell(`ms for a backup of ${stored} rows, each of them looked at`, performance.now() - startedAt, { most: 500 });
  tell('ms of processor time for it', processorMs(computed));
  tell('ms at most for which it held up the main thread', delay.max / 1e6, { most: 20 });
}

/** What no database that syncs each commit can be faster than. */
function syncsPerSecond(): number {
  const file = openSync(join(folder, 'bare'), 'w');
  const page = Buffer.alloc(4096);
  const took = milliseconds(() => {
    for (let index = 0; index < SINGLE; index++) {
      writeSync(file, page);
      fdatasyncSync(file);
    }
  });
  closeSync(file);
  return (1000 * SINGLE) / took;
}

/** The processor time of all threads since then. */
function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function milliseconds(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function tell(
  what: string,
  value: number,
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: { least?: number; most?: number } = {},
): void {
  const rounded = value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en-US');
  const bars = [`at least ${least.toLocaleString('en-US')}`, `at most ${most}`];
  const bar = [least, most].findIndex(Number.isFinite);
  console.log(`${rounded} ${what}${bar === -1 ? '' : ` (${bars[bar]})`}`);
  if (value < least || value > most) missed.push(what);
}
