/**
 * Starts and ends the threads of the store, the batches and the figures again and again, in several child processes one after
 * the other, and counts how these end. V8 has been seen to end such a process now and then ("Check failed: jit_page.has_value()").
 *
 *   node test/soak/threads.ts                             ten minutes, threads as the program has them
 *   node test/soak/threads.ts 60                          an hour
 *   node test/soak/threads.ts 60 terminate                every thread is stopped from outside instead of being asked to end
 *   node test/soak/threads.ts 60 close --no-wasm-code-gc  with V8's flags in the children
 *
 * The children have no cache of compiled code unless NODE_COMPILE_CACHE says where, so that every thread strips its types.
 * Another Node is tried by starting this with it. Ends with 1 where a child ended by a signal or an error.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import { normalization } from '#core/data/normalization.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { openFigureExporter } from '../../src-main/export/figure-export.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { figureRequest, sourceOf } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

const ROUNDS_A_CHILD = 8;
const LONGEST_PAUSE_MS = 100;

if (process.send === undefined) await superviseChildren(process.argv.slice(2));
else await beChild(process.argv[2]);

async function superviseChildren([minutes = '10', way = 'close', ...flags]: readonly string[]): Promise<void> {
  const endsAt = Date.now() + Number(minutes) * 60_000;
  const ends = new Map<string, number>();
  let threads = 0;
  for (let children = 1; Date.now() < endsAt; children++) {
    const child = spawn(process.execPath, [...flags, fileURLToPath(import.meta.url), way], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (count) => {
      threads += Number(count);
    });
    const [code, signal] = await once(child, 'close');
    const end = signal ?? `code ${code}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
    const told = [...ends].map(([name, count]) => `${count} times ${name}`).join(', ');
    console.log(`${new Date().toISOString()} ${children} processes, ${threads} threads, ended ${told}`);
  }
  process.exitCode = ends.size === 1 && ends.has('code 0') ? 0 : 1;
}

async function beChild(way: string | undefined): Promise<void> {
  if (way === 'terminate') stopThreadsFromOutside();
  for (let round = 0; round < ROUNDS_A_CHILD; round++) {
    await Promise.all([useStore(), useStore(), useBatches(), round % 4 === 0 ? useFigures() : 0]);
  }
  process.disconnect();
}

/** Tells the parent what it starts, at once, since the process may not come to its end. */
function count(threads: number): void {
  process.send?.(threads);
}

function pause(): Promise<void> {
  return sleep(Math.random() * LONGEST_PAUSE_MS);
}

async function useStore(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'freezeout-soak-'));
  count(2);
  const store = await openStore(home, { readsAtOnce: true });
  if (store === null) throw new Error('A new folder has an owner.');
  // Half of the time the reader is closed while it loads.
  if (Math.random() < 0.5) await store.runRows({ after: null, limit: 10 });
  for (let draft = 0; draft < 20; draft++) await store.saveDraft(`draft ${draft}`, '{}');
  await pause();
  await store.close();
  rmSync(home, { recursive: true });
}

function images(count: number, side: number): ImageSet {
  const pixels = new MemoryPixels(new Uint8Array(new SharedArrayBuffer(count * side * side * 3)));
  for (let place = 0; place < pixels.bytes.length; place++) pixels.bytes[place] = place % 251;
  return { count, height: side, width: side, channels: 3, classes: 2, pixels, labels: new Int32Array(count) };
}

async function useBatches(): Promise<void> {
  const set = images(500, 32);
  const plan = trainingBatchPlan({ batchSize: 50, seed: 1, shuffle: true, augment: 'crop-flip' });
  count(1);
  const feeder = openBatchFeeder({ statistics: normalization(set) });
  const batches = feeder.trainingBatches(set, plan, 0);
  if (Math.random() < 0.5) for (let step = 0; step < 50; step++) await batches.next();
  await pause();
  batches.close();
  await feeder.close();
}

async function useFigures(): Promise<void> {
  const study = randomStudy({ policies: 2, seeds: [1, 2] });
  count(1);
  const exporter = openFigureExporter();
  const figure = figureRequest({ kind: 'comparison', view: { studies: [study.id] } });
  await exporter.render({ figure, layout: figureLayoutSchema.parse({}), format: 'svg' }, sourceOf(study));
  await exporter.close();
}

/** As threads were ended before they had a way to end by themselves. */
function stopThreadsFromOutside(): void {
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (this: Worker, message, transfer) {
    const isEnd = typeof message === 'object' && message !== null && message.type === 'end';
    if (isEnd) void this.terminate();
    else Reflect.apply(post, this, [message, transfer]);
  };
}
