import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import { bytesForCheckpoints, checkFreeSpace } from '../../src-main/checkpoints/checkpoint-space.ts';

const MARGIN_BYTES = 67_108_864;

function layerOf(...shape: readonly number[]) {
  const kernel = { name: 'a.kernel', kind: 'conv-kernel', shape } as const;
  const mean = { name: 'a.mean', kind: 'bn-mean', shape: [5] } as const;
  return { index: 0, name: 'a', params: 0, macs: 0, variables: [kernel, mean] };
}

it.each([
  ['weights and momentum', {}, false, 424],
  ['sums of gradients too', {}, true, 616],
  ['two moments', { kind: 'adamw' }, false, 616],
  ['two moments and sums of gradients', { kind: 'adamw' }, true, 808],
])('counts %s twice, running statistics without either', (_, chosen, sumsGradients, expected) => {
  // 2 checkpoints x 4 bytes x (2, 3 or 4 x 24 + 5)
  const optimizer = optimizerSchema.parse(chosen);
  expect(bytesForCheckpoints({ layers: [layerOf(2, 3, 4)], optimizer, sumsGradients })).toBe(expected + MARGIN_BYTES);
});

it('refuses a disk that is too small, with both numbers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'free-space-'));
  const contents = { optimizer: optimizerSchema.parse({}), sumsGradients: false };
  await checkFreeSpace(folder, { ...contents, layers: [layerOf(1)] });
  const failure = checkFreeSpace(folder, { ...contents, layers: [layerOf(1e6, 1e6, 1e6)] });
  await expect(failure).rejects.toMatchObject({ code: 'no-space' });
  await expect(failure).rejects.toThrow(
    /^The disk of .+ has [\d,]+ MB free, but .+ need 16,000,000,[\d,]+ MB: free some space and try again\.$/,
  );
  await rm(folder, { recursive: true });
});
