import { describe, expect, it } from 'vitest';
import { isOver, isResumable, parseRunSpec, RUN_STATUSES } from '#core/run.ts';

const SMALLEST = { dataset: 'fashion-mnist', model: { kind: 'densenet-bc' }, epochs: 2 };

describe('parseRunSpec', () => {
  it('writes every default in', () => {
    expect(parseRunSpec(SMALLEST)).toEqual({
      dataset: 'fashion-mnist',
      model: { kind: 'densenet-bc', depth: 76, growth: 12 },
      policy: { kind: 'none' },
      optimizer: { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.0001 },
      epochs: 2,
      batchSize: 50,
      augment: 'crop-flip',
      shuffle: true,
      seed: 1,
      logEverySteps: 50,
      checkpointEveryEpochs: 1,
      device: 'auto',
      prefixCache: 'auto',
    });
  });

  it.each([
    [{ kind: 'wide-resnet' }, { kind: 'wide-resnet', depth: 40, width: 4, skip: true }],
    [
      { kind: 'wide-resnet', skip: false },
      { kind: 'wide-resnet', depth: 40, width: 4, skip: false },
    ],
    [{ kind: 'vgg' }, { kind: 'vgg', depth: 16, dropout: 0.5 }],
  ])('completes the model %j', (model, completed) => {
    expect(parseRunSpec({ ...SMALLEST, model }).model).toEqual(completed);
  });

  it('reads the spec of the design as it stands', () => {
    const spec = {
      dataset: 'fashion-mnist',
      train: 50_000,
      validation: 5000,
      test: 10_000,
      model: { kind: 'densenet-bc', depth: 76, growth: 12 },
      policy: { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true },
      optimizer: { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.0001 },
      epochs: 100,
      batchSize: 50,
      augment: 'crop-flip',
      shuffle: true,
      seed: 1,
      initialWeights: 'w.safetensors',
      logEverySteps: 50,
      checkpointEveryEpochs: 1,
    };
    const { initialWeights: path, ...others } = spec;
    const weights = { path, names: 'lab', head: 'keep' };
    expect(parseRunSpec(spec)).toEqual({ ...others, weights, device: 'auto', prefixCache: 'auto' });
  });

  it('reads what the network is to read of an image', () => {
    const reading = {
      input: { size: 224, channels: 3 },
      augment: 'random-resized-crop',
      cropScale: 0.25,
      normalization: 'imagenet',
    };
    expect(parseRunSpec({ ...SMALLEST, ...reading })).toMatchObject(reading);
  });

  it('takes a default that is written out for one that is left out', () => {
    const defaults = { normalization: 'data', input: {}, labelSmoothing: 0, warmupEpochs: 0, precision: 'float32' };
    const written = parseRunSpec({ ...SMALLEST, ...defaults });
    expect(JSON.stringify(written)).toBe(JSON.stringify(parseRunSpec(SMALLEST)));
  });

  it('writes the defaults of each optimizer in, and leaves out what specs of version 0.1.0 do not say', () => {
    const optimizer = (given: object) => parseRunSpec({ ...SMALLEST, optimizer: given }).optimizer;
    expect(Object.keys(optimizer({ kind: 'sgd', noDecay: 'none' }))).toEqual(Object.keys(optimizer({})));
    expect(optimizer({ noDecay: 'norms-and-biases' })).toMatchObject({ momentum: 0.9, noDecay: 'norms-and-biases' });
    expect(optimizer({ kind: 'adamw' })).toEqual({
      kind: 'adamw',
      ...{ learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    });
  });

  it.each([1e-300, 5, 1e30])('takes the learning rate %d', (learningRate) => {
    expect(parseRunSpec({ ...SMALLEST, optimizer: { learningRate } }).optimizer.learningRate).toBe(learningRate);
  });

  it.each([
    [{ epoch: 3 }, 'the key "epoch" is not known'],
    [{ optimizer: { lr: 1 } }, 'the key "lr" in "optimizer" is not known'],
    [{ model: { kind: 'densenet-bc', width: 4 } }, 'the key "width" in "model" is not known'],
    [{ dataset: { kind: 'idx', path: 'x', labels: 3 } }, 'the key "labels" in "dataset" is not known'],
    [{ policy: { kind: 'freezeout', shape: 'cubic', t0: 1.5 } }, '"policy.t0" is not valid'],
    [{ model: { kind: 'no-such-network' } }, '"model.kind" is not valid'],
    [{ model: undefined }, '"model" is missing: give an object in braces'],
    [{ model: { kind: 'wide-resnet', depth: 1e9 } }, '"model.depth" is not valid'],
    [{ dataset: { kind: 'idx' } }, '"dataset.path" is missing: give a text'],
    [{ epochs: 0 }, '"epochs" is not valid'],
    [{ epochs: 2.5 }, '"epochs" is not valid'],
    [{ epochs: '2' }, '"epochs" is not valid: must be a number, not a text'],
    [{ optimizer: { learningRate: 0 } }, '"optimizer.learningRate" is not valid'],
    [{ optimizer: { learningRate: Number.POSITIVE_INFINITY } }, '"optimizer.learningRate" is not valid'],
    [{ optimizer: { weightDecay: -1 } }, '"optimizer.weightDecay" is not valid'],
    [{ optimizer: { clipNorm: 0 } }, '"optimizer.clipNorm" is not valid'],
    [{ labelSmoothing: 1 }, '"labelSmoothing" is not valid'],
    [{ precision: 'float16' }, '"precision" is not valid'],
    [{ earlyEnd: { patience: 0 } }, '"earlyEnd.patience" is not valid'],
    [{ warmupEpochs: 1.5 }, '"warmupEpochs" is not valid'],
    [{ optimizer: { noDecay: 'biases' } }, '"optimizer.noDecay" is not valid'],
    [{ optimizer: { kind: 'adam' } }, `"optimizer.kind" is not valid: expected 'sgd' | 'adamw'`],
    [{ optimizer: { kind: 'adamw', beta2: 1 } }, '"optimizer.beta2" is not valid'],
    [{ optimizer: { kind: 'adamw', momentum: 0.9 } }, 'the key "momentum" in "optimizer" is not known'],
    [{ seed: -1 }, '"seed" is not valid'],
    [{ augment: 'flip' }, '"augment" is not valid'],
    [{ views: 0 }, '"views" is not valid'],
    [{ input: { size: 2 } }, '"input.size" is not valid'],
    [{ input: { channels: 2 } }, '"input.channels" is not valid'],
    [{ input: 224 }, '"input" is not valid'],
    [{ cropScale: 1.5 }, '"cropScale" is not valid'],
    [{ normalization: 'cifar' }, '"normalization" is not valid'],
    [{ normalization: { mean: [123], std: [1] } }, '"normalization.mean.0" is not valid'],
    [{ normalization: { mean: [0.5], std: [0] } }, '"normalization.std.0" is not valid'],
    [{ prefixCache: 'on' }, '"prefixCache" is not valid'],
  ])('refuses %j in one sentence', (change, reason) => {
    const refused = () => parseRunSpec({ ...SMALLEST, ...change });
    expect(refused).toThrowError(expect.objectContaining({ code: 'bad-request' }));
    expect(refused).toThrowError(reason);
    // One full stop, at the end; nothing that needs a second line.
    expect(refused).toThrowError(/^In the run spec, ([^.\n]|\.(?=\S))+\.$/);
  });

  it.each([null, [], 'spec', 5])('refuses %j', (json) => {
    expect(() => parseRunSpec(json)).toThrowError('In the run spec, must be an object in braces, not ');
  });
});

describe('statuses', () => {
  it('can resume from a pause, a stop, an interruption and a failure', () => {
    expect(RUN_STATUSES.filter(isResumable)).toEqual(['paused', 'stopped', 'interrupted', 'failed']);
  });

  it('are over but for queued and running', () => {
    expect(RUN_STATUSES.filter((status) => !isOver(status))).toEqual(['queued', 'running']);
  });
});
