import { expect, it } from 'vitest';
import { presets } from '#core/presets/presets.ts';
import { presetList } from '../../../src-renderer/lib/preset-list.ts';

it('lists every preset with its question and size, first those that this machine can train', () => {
  const entries = presetList();
  expect(entries.map(({ name }) => name).toSorted()).toEqual(Object.keys(presets).toSorted());
  const forGpu = entries.map(({ needsGpu }) => needsGpu);
  expect(forGpu).toEqual(forGpu.toSorted((a, b) => Number(a) - Number(b)));
  // A baseline, three policies and their equal-time baselines, one seed.
  expect(entries.find(({ name }) => name === 'quick')).toMatchObject({
    size: '7 runs in 1 study: DenseNet-BC 10 (k = 16)',
    needsGpu: false,
  });
});
