// Prints what a batch of 50 costs: made on one thread, and as the trainer sees it, with a worker making it meanwhile.
// Run: node test/bench/batches.ts
import { setTimeout as delay } from 'node:timers/promises';
import { BatchAssembler } from '#core/data/batch.ts';
import { BatchSchedule, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import { AUGMENTATIONS } from '#core/data/input-settings.ts';
import { normalization } from '#core/data/normalization.ts';
import { randomStream } from '#core/random.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';

const BATCHES = 300;
const STEP_MS = 5;

function median(values: readonly number[]): string {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)].toFixed(3);
}

const stream = randomStream(1, 'weights', 0);
const startMs = performance.now();
for (let draw = 0; draw < 1e6; draw++) stream.nextUniform();
console.log(`a million uniforms: ${(performance.now() - startMs).toFixed(1)} ms`);

/** Which image is stored, and the side that the network reads of it. */
for (const [side, channels, size, train] of [
  [28, 1, 28, 5000],
  [32, 3, 32, 5000],
  [110, 3, 96, 500],
  [256, 3, 224, 200],
] as const) {
  const sizes = { height: side, width: side, channels, classes: 10, train, test: 1, seed: 0 };
  const set = (await openDataSource({ kind: 'synthetic', ...sizes })).training;
  const reading = { statistics: normalization(set), input: { height: size, width: size, channels } };
  const batchCount = side > 100 ? BATCHES / 10 : BATCHES;
  for (const augment of AUGMENTATIONS) {
    const plan = trainingBatchPlan({ batchSize: 50, seed: 1, shuffle: true, augment });
    const schedule = new BatchSchedule(plan, set.count);
    const assembler = new BatchAssembler(set, plan, reading);
    const target = { images: new Float32Array(50 * imageSize(reading.input)), labels: new Int32Array(50) };
    const makingMs = Array.from({ length: batchCount }, (_, step) => {
      const beganMs = performance.now();
      assembler.assemble(schedule.selectionAt(step), target);
      return performance.now() - beganMs;
    });

    const feeder = openBatchFeeder(reading);
    const batches = feeder.trainingBatches(set, plan, 0);
    await batches.next();
    const waitingMs: number[] = [];
    for (let step = 0; step < batchCount; step++) {
      await delay(STEP_MS);
      const beganMs = performance.now();
      await batches.next();
      waitingMs.push(performance.now() - beganMs);
    }
    await feeder.close();
    console.log(
      `${size}x${size}x${channels} of ${side}x${side} ${augment}: ${median(makingMs)} ms to make a batch of 50, ` +
        `${median(waitingMs)} ms of waiting for it when a step takes ${STEP_MS} ms (medians of ${batchCount})`,
    );
  }
}
