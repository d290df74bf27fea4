// Prints what batches of 64 cost from a data set like Tiny-ImageNet, 100,000 images of 64x64x3 (1.2 GB), on disk and in
// memory, and how much memory the process then holds. Needs as much free space in the temporary folder.
// Run: node test/bench/streaming.ts
import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomStream } from '#core/random.ts';
import type { StreamingJob, StreamingResult } from '../support/streamed-batches.ts';

const [COUNT, SIDE, BATCHES] = [100_000, 64, 1000];
const IMAGES_A_WRITE = 1000;
const child = fileURLToPath(new URL('../support/streamed-batches.ts', import.meta.url));

function run(job: StreamingJob): StreamingResult {
  return JSON.parse(
    execFileSync(process.execPath, [child, JSON.stringify(job)], { encoding: 'utf8' }),
  ) as StreamingResult;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

const folder = mkdtempSync(join(tmpdir(), 'freezeout-streaming-'));
try {
  const path = join(folder, 'pixels');
  const stream = randomStream(1, 'synthetic', 0);
  const piece = Uint8Array.from({ length: IMAGES_A_WRITE * SIDE * SIDE * 3 }, () => stream.nextUint32() & 255);
  const file = openSync(path, 'w');
  for (let written = 0; written < COUNT; written += IMAGES_A_WRITE) writeSync(file, piece);
  for (const isOnDisk of [true, false, true, false]) {
    const { statisticsSeconds, batchMs, startBytes, peakBytes } = run({
      path,
      count: COUNT,
      side: SIDE,
      batches: BATCHES,
      isOnDisk,
    });
    console.log(
      `${isOnDisk ? 'on disk  ' : 'in memory'}: ${batchMs.toFixed(2)} ms a batch (${(1000 / batchMs).toFixed(0)} a second), ` +
        `statistics ${statisticsSeconds.toFixed(1)} s, resident ${megabytes(startBytes)} before, ${megabytes(peakBytes)} at most`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
