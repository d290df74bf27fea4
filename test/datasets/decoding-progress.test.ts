import { expect, test } from 'vitest';
import { DecodingProgress } from '../../src-main/datasets/decoding-progress.ts';

test('is told every five seconds, with the time that is left at this pace', () => {
  let nowMs = 1000;
  const lines: string[] = [];
  const progress = new DecodingProgress(100_000, (line) => lines.push(line), { now: () => nowMs });
  for (const [elapsedMs, images] of [
    [4999, 10_000],
    [5000, 2345],
    [9000, 1000],
    [20_000, 66_655],
    [26_000, 0],
  ] as const) {
    nowMs = 1000 + elapsedMs;
    progress.add(images);
  }
  expect(lines).toEqual([
    'decoded 12,345 of 100,000 images, 36 s left',
    'decoded 80,000 of 100,000 images, 5 s left',
    'decoded 80,000 of 100,000 images, 7 s left',
  ]);
});

test('names long times in minutes', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const progress = new DecodingProgress(1000, (line) => lines.push(line), { now: () => nowMs });
  nowMs = 6000;
  progress.add(10);
  expect(lines).toEqual(['decoded 10 of 1,000 images, 10 min left']);
});
