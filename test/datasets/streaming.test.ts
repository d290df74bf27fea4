import { execFile } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { StreamingJob, StreamingResult } from '../support/streamed-batches.ts';
import { temporaryFolder } from './tiny-files.ts';

const CHILD = fileURLToPath(new URL('../support/streamed-batches.ts', import.meta.url));
/** A thread, its code, and the buffers: test/bench/streaming.ts shows 55 MB for 1.2 GB of images. */
const BUDGET_BYTES = 120e6;

test('batches of half a gigabyte of images need a fixed, small memory', async () => {
  const path = join(await temporaryFolder(), 'pixels');
  const [count, side] = [40_000, 64];
  await writeFile(path, '');
  // Sparse: all pixels are 0.
  await truncate(path, count * side * side * 3);
  const job: StreamingJob = { path, count, side, batches: 100, isOnDisk: true };
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, JSON.stringify(job)]);
  const { startBytes, peakBytes } = JSON.parse(stdout) as StreamingResult;
  expect(peakBytes - startBytes).toBeLessThan(BUDGET_BYTES);
});
