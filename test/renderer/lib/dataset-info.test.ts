import { expect, it } from 'vitest';
import { countHints, datasetOptions, infoOf } from '../../../src-renderer/lib/dataset-info.ts';

const CIFAR = {
  ...{ name: 'cifar', training: 50_000, test: 10_000, validation: 0, height: 32, width: 32, channels: 3, classes: 10 },
  location: { kind: 'cifar10', path: '/data/cifar' } as const,
  sha256: null,
};
const SYNTHETIC = {
  ...{ kind: 'synthetic', classes: 4, height: 8, width: 8, channels: 3 },
  ...{ train: 200, test: 40, seed: 0 },
} as const;

it('knows the sizes of what was added, by name or by place, and of made-up images', () => {
  expect(infoOf('cifar', [CIFAR])?.training).toBe(50_000);
  expect(infoOf({ kind: 'cifar10', path: '/data/cifar' }, [CIFAR])?.training).toBe(50_000);
  expect(infoOf({ kind: 'cifar10', path: '/elsewhere' }, [CIFAR])).toBeNull();
  expect(infoOf('mnist', [CIFAR])).toBeNull();
  const idx = (classes: number) => ({ kind: 'idx', path: '/data/letters', classes }) as const;
  const letters = { ...CIFAR, name: 'letters', location: idx(26) };
  expect(infoOf(idx(26), [CIFAR, letters])).toBe(letters);
  expect(infoOf(idx(10), [CIFAR, letters])).toBeNull();
  expect(infoOf(SYNTHETIC, [])).toEqual({
    training: 200,
    test: 40,
    validation: 0,
    height: 8,
    width: 8,
    channels: 3,
    classes: 4,
  });
});

it('offers what is here, and keeps what a duplicated spec names', () => {
  expect(datasetOptions('cifar', [CIFAR])).toMatchObject({ value: 'cifar', hint: null, options: [{ value: 'cifar' }] });
  const own = datasetOptions({ kind: 'cifar10', path: '/elsewhere' }, [CIFAR]);
  expect(own.options).toHaveLength(2);
  expect(own.hint).toContain('no preview');
  expect(datasetOptions(SYNTHETIC, [CIFAR]).hint).toBeNull();
});

it('says what a count will be where it is left empty', () => {
  const empty = { train: '', validation: '', test: '' };
  expect(countHints(CIFAR, empty)).toMatchObject({
    train: { placeholder: '45000', limit: 'of 50\u202f000' },
    validation: { placeholder: '5000' },
    test: { placeholder: '10000' },
  });
  expect(countHints(CIFAR, { ...empty, train: '60000' }).validation.placeholder).toBe('');
  expect(countHints(null, empty).train).toEqual({ placeholder: '', limit: null });
});
