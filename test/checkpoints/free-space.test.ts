import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bytesForCheckpoints, checkFreeSpace } from '../../src-main/checkpoints/free-space.ts';

const MARGIN_BYTES = 67_108_864;

function layerOf(...shape: readonly number[]) {
  const kernel = { name: 'a.kernel', kind: 'conv-kernel', shape } as const;
  const mean = { name: 'a.mean', kind: 'bn-mean', shape: [5] } as const;
  return { index: 0, name: 'a', params: 0, macs: 0, variables: [kernel, mean] };
}

it.each([
  ['weights and momentum', false, 424],
  ['sums of gradients too', true, 616],
])('counts %s twice, running statistics without either', (_, sumsGradients, expected) => {
  // 2 checkpoints x 4 bytes x (2 or 3 x 24 + 5)
  expect(bytesForCheckpoints({ layers: [layerOf(2, 3, 4)], sumsGradients })).toBe(expected + MARGIN_BYTES);
});

it('refuses a disk that is too small, with both numbers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'free-space-'));
  await checkFreeSpace(folder, { layers: [layerOf(1)], sumsGradients: false });
  const failure = checkFreeSpace(folder, { layers: [layerOf(1e6, 1e6, 1e6)], sumsGradients: false });
  await expect(failure).rejects.toMatchObject({ code: 'no-space' });
  await expect(failure).rejects.toThrow(/^The disk of .+ has \d+ MB free, but .+ need 1600000\d+ MB\.$/);
  await rm(folder, { recursive: true });
});
