/** 5 steps an epoch, 6 epochs, 7 layers, in a few seconds. */
const SMALL = {
  dataset: {
    ...{ kind: 'synthetic', classes: 4, height: 8, width: 8, channels: 3 },
    ...{ train: 140, test: 40, seed: 0 },
  },
  ...{ train: 100, validation: 40, test: 40, epochs: 6, batchSize: 20, logEverySteps: 1 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
};
const WIDE = { ...SMALL, model: { kind: 'wide-resnet', depth: 10, width: 2 } };
const FREEZEOUT = { kind: 'freezeout', shape: 'cubic', t0: 0.5 };
const REST = { seeds: [1], equalTimeBaseline: false };

/** The studies that take turns, without names. An equal-time baseline would depend on the clock. */
export function faultyStudies(): readonly object[] {
  return [
    { ...REST, base: SMALL, arms: [FREEZEOUT] },
    {
      ...REST,
      base: { ...WIDE, optimizer: { kind: 'adamw', learningRate: 0.003 }, augment: 'none' },
      arms: [{ kind: 'fixed', share: 0.75 }],
    },
    {
      ...REST,
      base: { ...SMALL, checkpointEveryEpochs: 2, earlyEnd: { patience: 3 } },
      arms: [{ kind: 'unfreeze', at: [2] }],
    },
  ];
}
