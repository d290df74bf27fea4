// Prints how long a study of 200 runs on a folder of many images takes from the request until all runs are queued, and how long it
// holds the main thread up at most: `node test/bench/queue-start.ts FOLDER [STARTS]`. FOLDER holds train/CLASS/ and test/CLASS/, such as
// the 60,000 images that `node test/bench/queue-start.ts FOLDER make` writes there first.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createCanvas } from '@napi-rs/canvas';
import { parseStudySpec, type StudySpec } from '#core/study.ts';
import { openHost } from '../../src-main/host.ts';

const [folder = '', what = '5'] = process.argv.slice(2);
const IMAGES = 60_000;
const CLASSES = 10;
const ARMS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const SEEDS = 20;

function makeImages(): void {
  const canvas = createCanvas(8, 8);
  const context = canvas.getContext('2d');
  for (let index = 0; index < IMAGES; index++) {
    const part = join(folder, index % 6 === 0 ? 'test' : 'train', `class-${index % CLASSES}`);
    mkdirSync(part, { recursive: true });
    context.fillStyle = `#${index.toString(16).padStart(6, '0')}`;
    context.fillRect(0, 0, 8, 8);
    writeFileSync(join(part, `${index}.png`), canvas.toBuffer('image/png'));
  }
}

function studyOf(name: string): StudySpec {
  return parseStudySpec({
    name,
    equalTimeBaseline: false,
    base: {
      dataset: { kind: 'image-folder', path: folder },
      ...{ validation: 1000, model: { kind: 'densenet-bc', depth: 40, growth: 12 }, epochs: 5, batchSize: 50 },
    },
    arms: ARMS.map((t0) => ({ kind: 'freezeout', shape: 'cubic', t0 })),
    seeds: Array.from({ length: SEEDS }, (_, index) => index + 1),
  });
}

/** Nothing trains here. */
const createTrainers = () => ({
  start: () => ({ send: () => undefined, kill: () => undefined, ended: new Promise<null>(() => undefined) }),
});

if (what === 'make') makeImages();
const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-start-'));
const host = await openHost({ home, serve: false, createTrainers });
const { dataset, validation } = studyOf('none').base;
await host.client.datasets.parts({ dataset, validation });

for (let start = 0; start < (what === 'make' ? 5 : Number(what)); start++) {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const began = performance.now();
  const { runIds } = await host.client.studies.start({ spec: studyOf(`study ${start}`) });
  const took = performance.now() - began;
  clearInterval(timer);
  console.log(
    `${runIds.length} runs: queued after ${took.toFixed(0)} ms, at most ${longest.toFixed(0)} ms without a turn`,
  );
}
rmSync(home, { recursive: true, force: true });
process.exit(0);
