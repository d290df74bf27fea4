/**
 * Kills the program that trains, or its trainer, at random moments, and goes on each time. Nothing that was shown may be lost.
 *
 *   node test/soak/kill-lab.ts            50 kills, about four minutes
 *   node test/soak/kill-lab.ts 200
 *
 * Ends with 1 where an epoch that was shown is not in the database, where the database is damaged, or a trainer lives on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { isAlive, trainersOf } from '../support/processes.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const LONGEST_LIFE_MS = 5000;
const TRAINER_END_MS = 2000;

const kills = Number(process.argv[2] ?? 50);
const home = mkdtempSync(join(tmpdir(), 'freezeout-soak-'));
const spec = join(home, 'spec.json');
writeFileSync(
  spec,
  JSON.stringify({
    dataset: { kind: 'synthetic', height: 8, width: 8, channels: 1, train: 200, test: 20 },
    model: { kind: 'densenet-bc', depth: 10, growth: 4 },
    policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
    epochs: 100_000,
    batchSize: 20,
  }),
);

let runId: string | null = null;
let shownEpoch = 0;
for (let kill = 1; kill <= kills; kill++) {
  const words: readonly string[] = runId === null ? ['run', spec] : ['runs', 'resume', runId];
  const child = spawn(process.execPath, [LAB, ...words, '--home', home, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const shows = follow(child);
  // Most once an epoch has ended; on a busy machine it starts slowly, and would be killed before it did anything.
  if (runId === null || Math.random() < 3 / 4) await Promise.race([shows, once(child, 'close')]);
  await sleep(Math.random() * LONGEST_LIFE_MS);
  await killSomething(child);
  check(kill);
}
rmSync(home, { recursive: true });
console.log(`${kills} kills, ${shownEpoch} epochs: none lost, the database is sound.`);

/** Resolves when it shows an epoch for the first time. */
function follow({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('lab has no output.');
  return new Promise((resolve) => {
    createInterface(stdout).on('line', (line) => {
      const event = JSON.parse(line) as { readonly type: string; readonly runId: string; readonly epoch?: number };
      runId = event.runId;
      if (event.type !== 'epoch.finished') return;
      shownEpoch = Math.max(shownEpoch, event.epoch ?? 0);
      resolve();
    });
  });
}

/** The host, in one of three cases some time after its trainer, which it starts again; both are gone afterwards. */
async function killSomething(child: ChildProcess): Promise<void> {
  const [trainer] = trainersOf(child.pid);
  if (trainer !== undefined && Math.random() < 1 / 3) {
    process.kill(trainer, 'SIGKILL');
    await sleep(Math.random() * LONGEST_LIFE_MS);
  }
  const trainers = trainersOf(child.pid);
  const ended = once(child, 'close');
  process.kill(child.pid ?? 0, 'SIGKILL');
  await ended;
  await sleep(TRAINER_END_MS);
  const survivors = trainers.filter(isAlive);
  if (survivors.length > 0) fail(`The trainer ${survivors.join()} outlived its host.`);
}

function check(kill: number): void {
  if (runId === null) return;
  const database = new Database(join(home, 'lab.sqlite'), { readonly: true });
  const integrity = database.pragma('integrity_check', { simple: true });
  const stored = Number(database.prepare('SELECT coalesce(max(epoch), 0) FROM epochs').pluck().get());
  const count = Number(database.prepare('SELECT count(*) FROM epochs').pluck().get());
  database.close();
  console.log(`kill ${kill}: ${stored} epochs stored, ${shownEpoch} shown, integrity ${integrity}`);
  if (integrity !== 'ok' || stored < shownEpoch || count !== stored) fail('Something was lost.');
}

function fail(why: string): never {
  console.error(`${why} The home is kept: ${home}`);
  process.exit(1);
}
