/** The trainings that kill-training.ts kills: each recipe, policy and kind of input that keeps something of its own between steps. */

/** 12 steps an epoch, 4 epochs, 5 layers: stem, three blocks, head. */
const SMALL = {
  dataset: {
    ...{ kind: 'synthetic', classes: 4, height: 8, width: 8, channels: 3 },
    ...{ train: 136, test: 40, seed: 0 },
  },
  ...{ train: 96, validation: 40, test: 40, epochs: 4, batchSize: 8, logEverySteps: 1, seed: 3 },
  model: { kind: 'wide-resnet', depth: 10, width: 1 },
};
/** Heavy enough for the cache to pay. */
const CACHED = { model: { kind: 'wide-resnet', depth: 10, width: 4 }, epochs: 5 };
/** Images so large that forward passes and both gradients are worth their casts to bf16. */
const BF16 = {
  ...{ precision: 'bf16', model: { kind: 'wide-resnet', depth: 10, width: 2 }, epochs: 5 },
  dataset: { ...SMALL.dataset, height: 16, width: 16 },
};
const ADAMW = { kind: 'adamw', learningRate: 0.003, noDecay: 'norms-and-biases', clipNorm: 0.5 };
const SGD = { kind: 'sgd', learningRate: 0.05, noDecay: 'norms-and-biases', clipNorm: 0.5 };
const FREEZEOUT = { kind: 'freezeout', shape: 'cubic', t0: 0.5 };
const LAYER_BY_LAYER = { kind: 'unfreeze', how: 'layer-by-layer', every: 1 };
const BY_ITS_BOUNDARIES = { rates: { layerDecay: 0.75, headFactor: 2 } };
const CROPS = { augment: 'random-resized-crop', cropScale: 0.3 };

/** What the soak has made before: images of several sizes, and weights of a run of `SMALL` and of a small MobileNetV2. */
export interface Prepared {
  readonly images: string;
  readonly weightsPath: string;
  readonly weightsRun: string;
}

export const SOURCE = { ...SMALL, epochs: 1, seed: 9 };

/** Specs by name. */
export function recipes({ images, weightsPath, weightsRun }: Prepared): Readonly<Record<string, object>> {
  const folder = { dataset: { kind: 'image-folder', path: images, size: 20 }, train: 64, validation: 16, test: 16 };
  const mobile = { ...folder, model: { kind: 'mobilenet-v2', width: 0.1 }, input: { size: 16 }, epochs: 3 };
  const changes: Readonly<Record<string, object>> = {
    adamw: { optimizer: ADAMW, policy: FREEZEOUT },
    'sgd-clipped': { optimizer: SGD, labelSmoothing: 0.1, warmupEpochs: 1, steps: 43 },
    'early-end': { optimizer: ADAMW, earlyEnd: { patience: 1 }, epochs: 12, ...CROPS },
    'early-end-last': {
      ...{ earlyEnd: { patience: 2, weights: 'last' }, epochs: 15, checkpointEveryEpochs: 3 },
      ...{ optimizer: { learningRate: 0.3 }, policy: { kind: 'stepwise', start: 0.1 }, labelSmoothing: 0.2 },
    },
    'early-end-unfreeze': { optimizer: ADAMW, earlyEnd: { patience: 1 }, epochs: 12, policy: LAYER_BY_LAYER },
    'fixed-share': { optimizer: SGD, policy: { kind: 'fixed', share: 0.5 }, ...BY_ITS_BOUNDARIES },
    'fixed-until': {
      ...mobile,
      ...CROPS,
      optimizer: ADAMW,
      policy: { kind: 'fixed', until: 'features.7' },
      normalization: 'imagenet',
    },
    'fixed-moving': { policy: { kind: 'fixed', layers: 3, frozenBatchNorm: 'statistics-move' } },
    'unfreeze-all': { optimizer: ADAMW, policy: { kind: 'unfreeze', at: [2] }, warmupEpochs: 1 },
    'unfreeze-layers': {
      ...{ optimizer: { learningRate: 0.05 }, policy: LAYER_BY_LAYER, checkpointEveryEpochs: 2, epochs: 5 },
      model: { kind: 'densenet-bc', depth: 10, growth: 4 },
      ...BY_ITS_BOUNDARIES,
    },
    'unfreeze-moving': {
      optimizer: ADAMW,
      policy: { kind: 'unfreeze', how: 'layer-by-layer', at: [1, 1, 3], frozenBatchNorm: 'statistics-move' },
    },
    'unfreeze-crops': { ...mobile, ...CROPS, optimizer: ADAMW, policy: { kind: 'unfreeze', at: [1] } },
    'rates-factors': {
      ...{ rates: { factors: [0.1, 0.2, 0.4, 0.6, 1] }, optimizer: ADAMW },
      policy: { kind: 'random-times', draw: 2 },
    },
    'gradient-norm': { optimizer: ADAMW, policy: { kind: 'gradient-norm', interval: 0.1, percentile: 80 } },
    'weights-path': { weights: { path: weightsPath }, policy: FREEZEOUT, optimizer: SGD },
    'weights-run': { weights: { run: weightsRun, head: 'keep' }, policy: { kind: 'fixed', share: 0.75 } },
    'cache-views': { ...CACHED, policy: FREEZEOUT, augment: 'crop-flip', views: 2 },
    'cache-fixed': { ...CACHED, policy: { kind: 'fixed', share: 1 }, augment: 'none', optimizer: ADAMW },
    // From the third epoch on the head's inputs are kept ones; then the prefix shrinks twice.
    'cache-unfreeze': {
      ...{ ...CACHED, ...CROPS, views: 2, epochs: 6, optimizer: ADAMW },
      policy: { kind: 'unfreeze', how: 'layer-by-layer', at: [4, 5] },
    },
    bf16: { ...BF16, policy: FREEZEOUT, optimizer: ADAMW, augment: 'crop-flip' },
    'bf16-cache': { ...BF16, policy: FREEZEOUT, augment: 'crop-flip', views: 2 },
    dropout: { model: { kind: 'vgg', depth: 16, width: 0.05 }, dataset: SMALL.dataset, policy: FREEZEOUT },
  };
  return Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, { ...SMALL, ...change }]));
}
