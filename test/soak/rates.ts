/**
 * Measures how fast epochs and steps are stored and read, against the bars of docs/reliability.md.
 *
 *   node test/soak/rates.ts             a million rows
 *   node test/soak/rates.ts 100000
 *
 * One line a measurement, and one figure at the end. Ends with 1 where a bar was missed: on a machine that does nothing else.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

let stored = 0;
let batches = 0;
while (stored < ROWS) {
  const events = numbered(
    'many',
    Array.from({ length: BATCH }, (_, index) => stepSampled(stored + index)),
    stored + 2,
  );
  batches += milliseconds(() => store.appendEvents(events));
  stored += BATCH;
}
tell('rows a second in batches', (1000 * stored) / batches, { least: 300_000 });

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
rmSync(folder, { recursive: true });
console.log(`${stored} rows: ${missed.length === 0 ? 'every bar was reached' : `missed: ${missed.join(', ')}`}.`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** As a program opens a home that looks at the whole database meanwhile: after a proper end of the one before, and after its death. */
async function measureOpening(): Promise<void> {
  const empty = mkdtempSync(join(tmpdir(), 'freezeout-rates-'));
  for (const home of [empty, folder]) await (await openStore(home))?.close();
  const startedEmpty = performance.now();
  const emptyStore = await openStore(empty, { mayWait: true });
  const ofEmpty = performance.now() - startedEmpty;
  await emptyStore?.close();
  rmSync(empty, { recursive: true });
  for (const [end, mayWait, state] of [
    ['closed', true, null],
    ['closed, for a short command', false, null],
    ['killed', true, '{"state":"open"}'],
  ] as const) {
    if (state !== null) writeFileSync(join(folder, 'lab.sqlite.state'), state);
    const startedAt = performance.now();
    const opened = await openStore(folder, { mayWait });
    const more = performance.now() - startedAt - ofEmpty;
    tell(`ms that a home with ${stored} rows opens later than an empty one (${end})`, more, { most: 200 });
    await opened?.damage();
    console.log(`${Math.round(performance.now() - startedAt)} ms until it was looked at`);
    await opened?.close();
  }
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
  { least = 0, most = Number.POSITIVE_INFINITY }: { least?: number; most?: number },
): void {
  const rounded = value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en-US');
  const bar = least > 0 ? `at least ${least.toLocaleString('en-US')}` : `at most ${most}`;
  console.log(`${rounded} ${what} (${bar})`);
  if (value < least || value > most) missed.push(what);
}
