// Entry of a child process: prepares batches from pixels in a file, as a trainer does, and prints what that took as JSON.
// Run: node test/support/streamed-batches.ts '{"path": ..., "count": 100000, "side": 64, "batches": 500, "isOnDisk": true}'
import { createReadStream } from 'node:fs';
import { resourceUsage } from 'node:process';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import { normalization } from '#core/data/normalization.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { keepPixels } from '../../src-main/datasets/pixel-store.ts';

const CHANNELS = 3;
const BATCH_SIZE = 64;
/** The first ones pay for the compilation of the code. */
const WARM_UP = 20;

export interface StreamingJob {
  readonly path: string;
  readonly count: number;
  readonly side: number;
  readonly batches: number;
  /** Against shared memory. */
  readonly isOnDisk: boolean;
}

export interface StreamingResult {
  readonly statisticsSeconds: number;
  /** Median of what a batch takes when the next is asked for at once. */
  readonly batchMs: number;
  /** Resident memory before the images were opened, and the most that there was. */
  readonly startBytes: number;
  readonly peakBytes: number;
}

async function openSet({ path, count, side, isOnDisk }: StreamingJob): Promise<ImageSet> {
  const byteLength = count * side * side * CHANNELS;
  const source = {
    ...{ path, byteLength, version: '' },
    place: { kind: 'file', path, start: 0, byteLength } as const,
    pieces: () => createReadStream(path, { end: byteLength - 1 }),
  };
  const [pixels] = await keepPixels([source], isOnDisk ? 0 : byteLength);
  const labels = Int32Array.from({ length: count }, (_, index) => index % 200);
  return { count, height: side, width: side, channels: CHANNELS, classes: 200, pixels, labels };
}

async function measure(job: StreamingJob): Promise<StreamingResult> {
  const startBytes = process.memoryUsage.rss();
  const set = await openSet(job);
  const startMs = performance.now();
  const feeder = openBatchFeeder({ statistics: normalization(set) });
  const statisticsSeconds = (performance.now() - startMs) / 1000;
  const plan = trainingBatchPlan({ batchSize: BATCH_SIZE, seed: 1, shuffle: true, augment: 'crop-flip' });
  const batches = feeder.trainingBatches(set, plan, 0);
  const times: number[] = [];
  for (let step = 0; step < job.batches + WARM_UP; step++) {
    const beganMs = performance.now();
    await batches.next();
    times.push(performance.now() - beganMs);
  }
  await feeder.close();
  const sorted = times.slice(WARM_UP).sort((left, right) => left - right);
  const batchMs = sorted[Math.floor(sorted.length / 2)];
  return { statisticsSeconds, batchMs, startBytes, peakBytes: resourceUsage().maxRSS * 1024 };
}

const [, , job] = process.argv;
if (job !== undefined) console.log(JSON.stringify(await measure(JSON.parse(job) as StreamingJob)));
