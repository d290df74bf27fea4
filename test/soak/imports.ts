/**
 * Imports large files of event lines with the real `lab`, and kills it in the middle.
 *
 *   node test/soak/imports.ts              all, about a quarter of an hour
 *   node test/soak/imports.ts times        10,000, 80,000 and 300,000 events, and a file of 600 MB
 *   node test/soak/imports.ts kills 100    so many kills instead of 20, and a Ctrl-C
 *
 * One line for each file and each kill, and one figure at the end. Ends with 1 where the time for an event grows with the file, the memory
 * does, no progress is shown, something is half stored, or a second import does not give what an undisturbed one gives.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { findDamage } from '../../src-main/sqlite/damage.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import { type LargeFile, writeLargeFile } from '../support/large-file.ts';
import { peakMegabytes } from '../support/processes.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const LOOK_MS = 20;
/** Memory may not grow with the file; how much of it is garbage depends on the moment. */
const MOST_GROWTH_MB = 150;
/** The time for one event of the largest file, compared with one of the smallest. */
const MOST_SLOWDOWN = 2;
const LARGE: readonly (LargeFile & { readonly name: string })[] = [
  { name: '10,000 events', runs: 10, events: 1000, layers: 10 },
  { name: '80,000 events', runs: 80, events: 1000, layers: 10 },
  { name: '80,000 events of one run', runs: 1, events: 80_000, layers: 10 },
  { name: '300,000 events', runs: 300, events: 1000, layers: 10 },
  { name: '300,000 events of one run', runs: 1, events: 300_000, layers: 10 },
  { name: '600 MB', runs: 300, events: 1000, layers: 90 },
];
const KILLED: LargeFile = { runs: 60, events: 300, layers: 10 };
const CTRL_C = { signal: 'SIGINT', after: 0.7 } as const;

const folder = mkdtempSync(join(tmpdir(), 'freezeout-imports-'));
const wrong: string[] = [];
const [part = 'all', killsArgument = '20'] = process.argv.slice(2);

const figures = [
  ...(part === 'kills' ? [] : await measureAll()),
  ...(part === 'times' ? [] : await killAll(Number(killsArgument))),
];
rmSync(folder, { recursive: true });
console.log(`${figures.join('; ')}: ${wrong.length === 0 ? 'all as promised' : `WRONG: ${wrong.join('; ')}`}.`);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** What an import took. */
interface Import {
  readonly code: number | null;
  readonly seconds: number;
  readonly megabytes: number;
  readonly shown: string;
  /** Lines that told how far it was. */
  readonly progress: number;
}

/** How an import is ended, after so many seconds. */
interface End {
  readonly after: number;
  readonly signal: 'SIGINT' | 'SIGKILL';
}

async function measureAll(): Promise<readonly string[]> {
  const taken: (Import & { readonly events: number })[] = [];
  for (const { name, ...large } of LARGE) {
    const file = join(folder, 'large.ndjson');
    await writeLargeFile(file, large);
    const home = join(folder, 'measured');
    const found = await importFile(home, file);
    const events = large.runs * large.events;
    const { seconds, megabytes, progress } = found;
    const size = Math.round(statSync(file).size / 1e6);
    console.log(
      `${name} (${size} MB): ${seconds.toFixed(1)} s, ${((1e6 * seconds) / events).toFixed(0)} us an event, ${megabytes} MB at most, told ${progress} times how far it was`,
    );
    if (found.code !== 0) wrong.push(`${name} ended with ${found.code}: ${found.shown.slice(-200)}`);
    else checkCount(home, name, events);
    if (seconds > 5 && progress < 3) wrong.push(`${name} showed no progress`);
    taken.push({ ...found, events });
    for (const path of [home, file]) rmSync(path, { recursive: true, force: true });
  }
  // The start of the program belongs to no event.
  const perEvent = ({ seconds, events }: (typeof taken)[number]) => seconds / events;
  const [small, ...larger] = taken;
  const slowdown = Math.max(...larger.map((one) => perEvent(one) / perEvent(small)));
  if (slowdown > MOST_SLOWDOWN) wrong.push(`an event takes ${slowdown.toFixed(1)} times as long in a large file`);
  const growth = Math.max(...taken.map(({ megabytes }) => megabytes)) - small.megabytes;
  if (growth > MOST_GROWTH_MB) wrong.push(`memory grows by ${growth} MB with the file`);
  const last = taken.at(-1);
  return [
    `600 MB in ${last?.seconds.toFixed(0)} s and ${last?.megabytes} MB, an event at most ${slowdown.toFixed(1)} times as long as in a small file`,
  ];
}

async function killAll(kills: number): Promise<readonly string[]> {
  const file = join(folder, 'killed.ndjson');
  await writeLargeFile(file, KILLED);
  const undisturbed = join(folder, 'undisturbed');
  const { seconds } = await importFile(undisturbed, file);
  const expected = digestOf(undisturbed);
  const again = await importFile(undisturbed, file);
  if (digestOf(undisturbed) !== expected) wrong.push(`a second import changed something: ${again.shown}`);
  for (let kill = 0; kill <= kills; kill++) {
    const end = kill === 0 ? CTRL_C : ({ signal: 'SIGKILL', after: Math.random() } as const);
    await endOnce(file, { signal: end.signal, after: end.after * seconds }, expected);
  }
  return [`${kills} kills and a Ctrl-C`];
}

/** Ends an import of a new home, looks at what it left, and imports the file again. */
async function endOnce(file: string, end: End, expected: string): Promise<void> {
  const home = mkdtempSync(join(folder, 'ended-'));
  const { code, shown } = await importFile(home, file, end);
  if (end.signal === 'SIGINT' && code !== 0 && (code !== 130 || !/Import the file again/.test(shown))) {
    wrong.push(`Ctrl-C ended with ${code}: ${shown.slice(-200)}`);
  }
  const whole = checkWhole(home);
  const { code: second, shown: said } = await importFile(home, file);
  const isSame = second === 0 && digestOf(home) === expected;
  const moment = `${end.signal} after ${end.after.toFixed(2)} s`;
  console.log(`${moment}: ${whole} whole runs stored, ${isSame ? 'the same' : 'NOT the same'} after a second import`);
  if (!isSame) wrong.push(`${moment}: ${said.slice(-200)}`);
  else rmSync(home, { recursive: true });
}

/** Runs `lab` on a terminal of its own, and ends it as it is told. */
async function importFile(home: string, file: string, end?: End): Promise<Import> {
  const startedAt = performance.now();
  // The shell is replaced by `lab`, so that the signal meets it.
  const command = `echo "pid $$"; exec '${process.execPath}' '${LAB}' runs import '${file}' --home '${home}'`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let shown = '';
  let megabytes = 0;
  child.stdout.on('data', (piece) => {
    shown += piece;
  });
  const closed = once(child, 'close');
  const pid = () => Number(/pid (\d+)/.exec(shown)?.[1] ?? 0);
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes, peakMegabytes(pid()) ?? 0);
  }, LOOK_MS);
  if (end !== undefined) {
    await Promise.race([closed, sleep(1000 * end.after)]);
    if (child.exitCode === null && pid() > 0) process.kill(pid(), end.signal);
  }
  const [code] = await closed;
  clearInterval(watch);
  const progress = [...shown.matchAll(/Reading the file|Storing /g)].length;
  return { code, megabytes, progress, shown, seconds: (performance.now() - startedAt) / 1000 };
}

function checkCount(home: string, name: string, events: number): void {
  const database = opened(home);
  const stored = ['events', 'epochs', 'steps', 'freezes', 'checkpoints', 'profiles', 'predictions']
    .map((table) => Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()))
    .reduce((sum, count) => sum + count, 0);
  database.close();
  if (stored !== events) wrong.push(`${name}: ${stored} events are stored`);
}

/** The number of runs that are stored; none is without its end, or with a part of its events. */
function checkWhole(home: string): number {
  if (!existsSync(join(home, 'lab.sqlite'))) return 0;
  const damage = findDamage(join(home, 'lab.sqlite'), readMigrations(MIGRATIONS));
  if (damage !== null) wrong.push(`the database of ${home} is damaged: ${JSON.stringify(damage)}`);
  const database = opened(home);
  const runs = database
    .prepare<[], [string, number, number]>(
      'SELECT status, last_seq, (SELECT count(*) FROM epochs WHERE run_id = runs.id) FROM runs',
    )
    .raw()
    .all();
  database.close();
  const half = runs.filter(([status, seq]) => status !== 'finished' || seq !== KILLED.events);
  if (half.length > 0) wrong.push(`${half.length} runs of ${home} are stored by half`);
  return runs.length;
}

/** Of every row of every table, without what a clock decides, and so without the sums of rows. */
function digestOf(home: string): string {
  const database = opened(home);
  const hash = createHash('sha256');
  const tables = database
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'checksums' ORDER BY name`,
    )
    .pluck()
    .all();
  for (const table of tables) {
    for (const row of database.prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}"`).iterate()) {
      const { created_at: _, applied_at: __, ...same } = row;
      hash.update(JSON.stringify([table, same]));
    }
  }
  database.close();
  return hash.digest('hex');
}

function opened(home: string): Database.Database {
  return new Database(join(home, 'lab.sqlite'), { readonly: true });
}
