import { expect, test } from 'vitest';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { groupHash } from '../../src-main/sqlite/group-hash.ts';

const spec = resolvedRunSpecSchema.parse({
  ...{ dataset: 'fashion-mnist', train: 10_000, validation: 1000, test: 10_000 },
  model: { kind: 'densenet-bc', depth: 10, growth: 16 },
  optimizer: { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.0001 },
  ...{ epochs: 4, batchSize: 50, augment: 'none', shuffle: true, logEverySteps: 50, checkpointEveryEpochs: 1 },
  ...{ device: 'auto', prefixCache: 'auto', policy: { kind: 'none' }, seed: 1 },
});
const policy = { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true } as const;
const weights = { path: '/w.safetensors', names: 'lab', head: 'keep' } as const;

test('specs of version 0.1.0 keep the hashes that it stored', () => {
  expect(spec.split).toBe('in-order');
  expect(groupHash(spec)).toBe('bcc0e9142fdb754197c0350c8b8dc727a92a6c29197a08068520eb67460b65eb');
  expect(groupHash({ ...spec, seed: 2, steps: 320, prefixCache: 'off' })).toBe(groupHash(spec));
  expect(groupHash({ ...spec, weights })).toBe('c80f007e9e39882c149acac0c5a6d03475aec11930b2f5995b25de6faeeb1a6b');
  expect(groupHash({ ...spec, policy })).toBe('3ab9302151a38970153f79ba8535104b5d655a5b950578e57dbb1e13eb6522c0');
});

test('runs that hold images out by other rules are of other groups', () => {
  expect(
    new Set([spec, ...(['by-class', 'given'] as const).map((split) => ({ ...spec, split }))].map(groupHash)).size,
  ).toBe(3);
});
