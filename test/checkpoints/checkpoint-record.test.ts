import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { readRecord, specSha256 } from '../../src-main/checkpoints/checkpoint-record.ts';

const spec = resolvedRunSpecSchema.parse({
  ...{ dataset: 'fashion-mnist', train: 10_000, validation: 1000, test: 10_000 },
  model: { kind: 'densenet-bc', depth: 10, growth: 16 },
  optimizer: { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.0001 },
  ...{ epochs: 4, batchSize: 50, augment: 'none', shuffle: true, logEverySteps: 50, checkpointEveryEpochs: 1 },
  ...{ device: 'auto', prefixCache: 'auto', policy: { kind: 'none' }, seed: 1 },
});
const policy = { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true } as const;
const weights = { path: '/w.safetensors', names: 'lab', head: 'keep' } as const;

test('specs keep the hashes that version 0.1.0 wrote into its checkpoints', () => {
  expect(spec.split).toBe('in-order');
  expect(specSha256(spec)).toBe('4e96e0eef835e58d833a0312f14945c573897d284953f3594ace2e69c7312b64');
  expect(specSha256({ ...spec, steps: 320 })).toBe('d22ec3448430ca361ab1760ae46d385d916bd11c0c6223ec10109d25b5f3aa30');
  expect(specSha256({ ...spec, weights })).toBe('17fb6a3f1323c89f5985acf3998cffbba292583557a7bc24ea6ce5f7d827f12d');
  expect(specSha256({ ...spec, policy })).toBe('f26ce7061adc847b818d60980822a7f8775075f1ab2c281c44763b89ff4e4fe0');
});

test('a checkpoint is not that of a run that holds images out by another rule', () => {
  expect(
    new Set([spec, ...(['by-class', 'given'] as const).map((split) => ({ ...spec, split }))].map(specSha256)).size,
  ).toBe(3);
});

test.each(['', '{"format": 2, "wei', '\0\0\0\0', '{"format":2\n,\n"content":{}}\n'])(
  'a record that is none is refused in our own words: %j',
  async (text) => {
    const path = join(mkdtempSync(join(tmpdir(), 'freezeout-lab-')), 'checkpoint.json');
    writeFileSync(path, text);
    await expect(readRecord(path)).rejects.toThrow(
      / is not a sound checkpoint record: ("weights" is not valid|it is not JSON)\.$/,
    );
  },
);
