import { describe, expect, it } from 'vitest';
import { newWeightsName, type WeightsEntry } from '#contract/weights.ts';
import type { DatasetRecord } from '#core/records.ts';
import { fineTuningStudy } from '../../../src-renderer/lib/fine-tuning.ts';
import { nameOfFile, newNameOf, startingWeights, unusableWeights } from '../../../src-renderer/lib/weights-list.ts';

const RESNET = { kind: 'resnet', depth: 18, stem: 'imagenet' } as const;
const FLOWERS = {
  name: 'flowers',
  training: 1_000,
  test: 500,
  validation: 0,
  height: 64,
  width: 64,
  channels: 3,
  classes: 5,
};
const ENTRY = {
  title: 'resnet18',
  bytes: 1,
  sha256: 'a'.repeat(64),
  file: 'resnet18.safetensors',
  addedAt: 0,
  dataset: null,
};
const ENTRIES = [
  {
    ...ENTRY,
    source: { name: 'resnet18' },
    fits: [{ model: RESNET, names: 'torchvision', classes: 10, channels: 3 }],
  },
  {
    ...ENTRY,
    title: 'run flowers-1',
    source: { run: 'flowers-1' },
    fits: [{ model: RESNET, names: 'lab', classes: 1, channels: 3 }],
    reading: { input: { size: 32 } },
  },
  { ...ENTRY, title: 'other', source: { name: 'other' }, fits: [] },
] as unknown as readonly WeightsEntry[];

describe('weights to begin with', () => {
  it('are one for each network that a file fits, always with a new head', () => {
    const [file, run] = startingWeights(ENTRIES);
    expect(file).toMatchObject({
      title: 'resnet18 (ResNet-18)',
      detail: 'a file that was added, trained on 10 classes',
    });
    expect(file.weights).toEqual({ name: 'resnet18', names: 'torchvision', head: 'new' });
    expect(run.detail).toBe('a finished run, trained on 1 class');
    expect(run.weights).toEqual({ run: 'flowers-1', names: 'lab', head: 'new' });
    expect(startingWeights(ENTRIES)).toHaveLength(2);
    expect(unusableWeights(ENTRIES)).toEqual(['other']);
  });

  it('get the name of their file', () => {
    expect(['resnet18.safetensors', 'a.b.SAFETENSORS', '.safetensors'].map(nameOfFile)).toEqual([
      'resnet18',
      'a.b',
      '.safetensors',
    ]);
  });
});

describe('weights that are added', () => {
  it.each([
    ['resnet18-f37072fd.safetensors', 'resnet18-f37072fd'],
    ['resnet18.safetensors', 'resnet18-2'],
    ['resnet18 (7).safetensors', 'resnet18-7-2'],
    ['mein Netz.safetensors.safetensors', 'mein-Netz'],
    ['_.safetensors', 'weights'],
    [`${'a'.repeat(99)}.safetensors`, 'a'.repeat(64)],
  ])('from %s are called %s', (file, name) => {
    expect(newNameOf(file, new Set(['resnet18', 'resnet18-7']))).toBe(name);
    expect(newWeightsName.safeParse(name).success).toBe(true);
  });
});

describe('the study of how many layers to freeze', () => {
  const [file, run] = startingWeights(ENTRIES);
  const epochs = (length: 'quick' | 'usual' | 'thorough') =>
    fineTuningStudy(FLOWERS as unknown as DatasetRecord, { start: file, pixels: 'imagenet', length }).base.epochs;

  it('trains for more epochs the longer one will wait, and for three at least', () => {
    expect([epochs('quick'), epochs('usual'), epochs('thorough')]).toEqual([10, 30, 60]);
    const large = { ...FLOWERS, training: 50_000 } as unknown as DatasetRecord;
    expect(fineTuningStudy(large, { start: file, pixels: 'imagenet', length: 'quick' }).base.epochs).toBe(3);
  });

  it('begins with the weights, and reads images as the run did that made them', () => {
    const choices = { start: run, pixels: null, length: 'usual' } as const;
    const { base } = fineTuningStudy(FLOWERS as unknown as DatasetRecord, choices);
    expect(base).toMatchObject({
      dataset: 'flowers',
      model: RESNET,
      weights: { run: 'flowers-1' },
      input: { size: 32 },
    });
    expect(base.normalization).toBeUndefined();
  });

  it.each([
    ['imagenet', 'imagenet'],
    ['plain', { mean: [0, 0, 0], std: [1, 1, 1] }],
    ['symmetric', { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }],
  ] as const)('gives a file of weights the pixels that it expects: %s', (pixels, normalization) => {
    const choices = { start: file, pixels, length: 'usual' } as const;
    expect(fineTuningStudy(FLOWERS as unknown as DatasetRecord, choices).base.normalization).toEqual(normalization);
  });
});
