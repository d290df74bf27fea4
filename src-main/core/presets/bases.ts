import type { WrittenBase, WrittenModel, WrittenPolicy } from './preset.ts';

export const SEEDS = [1, 2, 3];

export const DENSENET: WrittenModel = { kind: 'densenet-bc', depth: 76, growth: 12 };
export const WIDE_RESNET: WrittenModel = { kind: 'wide-resnet', depth: 40, width: 4 };
export const VGG: WrittenModel = { kind: 'vgg', depth: 16 };

/** The authors' training (Brock et al. 2017): 45,000 images in batches of 50, 100 epochs. Sized for a GPU. */
export function full(dataset: 'cifar10' | 'cifar100', model: WrittenModel): WrittenBase {
  return { dataset, train: 45_000, validation: 5_000, model, epochs: 100, batchSize: 50, prefixCache: 'off' };
}

export const SMALL_DENSENET: WrittenModel = { kind: 'densenet-bc', depth: 10, growth: 16 };
export const SMALL_RESNET: WrittenModel = { kind: 'wide-resnet', depth: 16, width: 1 };
/** A quarter of the filters and no dropout, so that the network learns within some hundred steps. */
const SMALL_VGG: WrittenModel = { kind: 'vgg', depth: 16, width: 0.25, dropout: 0 };

/**
 * Sized by measurement: a run takes about 45 s on two CPU cores, and the baseline gets below 12 % test error. The cache of
 * frozen layers is off, since the paper has none: all that is saved is saved by the schedule.
 */
export function mini(model: WrittenModel, change: Partial<WrittenBase> = {}): WrittenBase {
  return {
    ...{ dataset: 'fashion-mnist', train: 11_000, validation: 1_000, test: 10_000, model },
    ...{ epochs: 5, batchSize: 50, augment: 'none', prefixCache: 'off' },
    ...change,
  };
}

export function miniVgg(change: Partial<WrittenBase> = {}): WrittenBase {
  return mini(SMALL_VGG, { epochs: 4, optimizer: { learningRate: 0.02 }, ...change });
}

type Rates = { readonly scaled?: boolean; readonly scheduleSteps?: number };

export const PLAIN: Rates = { scaled: false };

export function cubic(t0: number, rates: Rates = {}): WrittenPolicy {
  return { kind: 'freezeout', shape: 'cubic', t0, ...rates };
}

export function linear(t0: number, rates: Rates = {}): WrittenPolicy {
  return { kind: 'freezeout', shape: 'linear', t0, ...rates };
}
