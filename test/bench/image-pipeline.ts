/**
 * Do folders of photographs feed a network at 224x224 as fast as torchvision's loader? JPEG files of 500x375 are decoded once into a file of
 * pixels, from which the batch thread cuts random resized crops; torchvision decodes each of them in every epoch. Wall clock, and processor time
 * of all threads and processes, of an image.
 *
 *   node test/bench/image-pipeline.ts --python V/bin/python --source FOLDER [--images 600]
 *
 * V is a virtual environment with torch and torchvision, FOLDER has small photographs as JPEG files, of which the larger ones are made.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { normalization } from '#core/data/normalization.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';

const [SIDE, STORED, BATCH_SIZE, EPOCHS] = [224, 256, 32, 3];
/** How long the steps are that meanwhile compute, in ms: none, and those of a GPU and of a processor. */
const STEPS_MS = [0, 50, 200];

const { values: options } = parseArgs({
  options: { python: { type: 'string' }, source: { type: 'string' }, images: { type: 'string', default: '600' } },
});
const { python, source } = options;
if (python === undefined || source === undefined) throw new Error('Give --python and --source.');
const folder = mkdtempSync(join(tmpdir(), 'freezeout-lab-images-'));
// Decoded anew, into a cache of its own.
process.env.FREEZEOUT_LAB_CACHE = join(folder, 'cache');
const script = fileURLToPath(new URL('image_pipeline.py', import.meta.url));
execFileSync(python, [script, 'make', folder, options.images, source]);

const decoding = clock();
const { training } = await openDataSource({ kind: 'image-folder', path: folder, size: STORED });
report(`decoded once, to ${STORED}x${STORED}`, training.count, decoding());
const reading = { statistics: normalization(training), input: { height: SIDE, width: SIDE, channels: 3 } };
const plan = trainingBatchPlan({ batchSize: BATCH_SIZE, seed: 1, shuffle: true, augment: 'random-resized-crop' });
const steps = Math.floor(training.count / BATCH_SIZE);
for (const stepMs of STEPS_MS) {
  const feeder = openBatchFeeder(reading);
  const batches = feeder.trainingBatches(training, plan, 0);
  await batches.next();
  const waits: number[] = [];
  const feeding = clock();
  for (let step = 0; step < EPOCHS * steps; step++) {
    await delay(stepMs);
    const asked = performance.now();
    await batches.next();
    waits.push(performance.now() - asked);
  }
  const used = feeding();
  await feeder.close();
  const median = waits.toSorted((one, other) => one - other)[waits.length >> 1];
  report(`crops of ${SIDE}x${SIDE}, steps of ${stepMs} ms`, EPOCHS * steps * BATCH_SIZE, used);
  console.log(`${''.padEnd(40)}${median.toFixed(2)} ms of waiting for a batch, median`);
}
for (const line of execFileSync(python, [script, 'load', folder], { encoding: 'utf8' }).trim().split('\n')) {
  const { workers, seconds, processor, images } = JSON.parse(line);
  report(`torchvision, ${workers} workers`, images, { seconds, processor });
}
rmSync(folder, { recursive: true });

interface Used {
  readonly seconds: number;
  readonly processor: number;
}

/** Tells the time since it was made. */
function clock(): () => Used {
  const [start, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - start) / 1000, processor: (user + system) / 1e6 };
  };
}

function report(what: string, images: number, { seconds, processor }: Used): void {
  const [wall, own] = [seconds, processor].map((of) => `${((1000 * of) / images).toFixed(2)} ms`.padStart(10));
  console.log(
    `${what.padEnd(40)}${wall} an image${own} of processor, ${(images / processor).toFixed(0)} a second and core`,
  );
}
