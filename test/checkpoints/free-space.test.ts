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

it('counts weights and momentum twice, running statistics without momentum', () => {
  // 2 checkpoints x 4 bytes x (2 x 24 + 5)
  expect(bytesForCheckpoints([layerOf(2, 3, 4)])).toBe(424 + MARGIN_BYTES);
});

it('refuses a disk that is too small, with both numbers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'free-space-'));
  await checkFreeSpace(folder, [layerOf(1)]);
  const failure = checkFreeSpace(folder, [layerOf(1e6, 1e6, 1e6)]);
  await expect(failure).rejects.toMatchObject({ code: 'no-space' });
  await expect(failure).rejects.toThrow(/^The disk of .+ has \d+ MB free, but .+ need 1600000\d+ MB\.$/);
  await rm(folder, { recursive: true });
});
