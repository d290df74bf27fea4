import { describe, expect, it } from 'vitest';
import { runSpecSchema } from '#core/run.ts';
import { runEventSchema } from '#core/run-event.ts';
import { epochFinished, numbered, started, stepSampled } from '../support/store-fixtures.ts';

const [START, EPOCH, STEP] = numbered('run', [started, epochFinished(1), stepSampled(0)]);
const isTaken = (event: object) => runEventSchema.safeParse(event).success;

describe('numbers from outside', () => {
  it('are taken where all that is done with them can bear them, NaN and infinite losses too', () => {
    expect([START, EPOCH, STEP].map(isTaken)).toEqual([true, true, true]);
    expect(isTaken({ ...EPOCH, trainLoss: 'NaN', validationLoss: 'Infinity', validationError: 1 })).toBe(true);
    expect(isTaken({ ...EPOCH, at: 253_402_300_799_999 })).toBe(true);
  });

  it.each([
    { at: 1e308 },
    { at: -1 },
    { seq: 2 ** 31 },
    { epoch: 1e300 },
    { trainLoss: 1e308 },
    { validationError: 1.5 },
    { validationError: -0.1 },
    { frozenLayers: 1e9 },
    { seconds: { training: -1, evaluation: 0, checkpoint: 0 } },
    { seconds: { training: 1e300, evaluation: 0, checkpoint: 0 } },
    { metrics: { norms: 1e300 } },
  ])('are refused elsewhere: %o', (change) => {
    expect(isTaken({ ...EPOCH, ...change })).toBe(false);
  });

  it('are those of one network: a layer twice, a number that is left out, and a network without work, are refused', () => {
    const [layer] = started.layers;
    expect(isTaken({ ...START, layers: [layer, layer] })).toBe(false);
    expect(isTaken({ ...START, layers: [layer, { ...layer, index: 2 }] })).toBe(false);
    expect(isTaken({ ...START, layers: [] })).toBe(false);
  });

  it('have neighbours that are texts: names of a thousand characters and sentences of a hundred thousand are taken, longer ones refused', () => {
    const [END] = numbered('run', [{ type: 'run.failed', step: 1, reason: '' }], 2);
    const isNamed = (length: number) => isTaken({ ...START, arm: 'a'.repeat(length) });
    const isSaid = (length: number) => isTaken({ ...END, reason: 'a'.repeat(length) });
    expect([isNamed(1000), isSaid(100_000)]).toEqual([true, true]);
    expect([isNamed(1001), isSaid(100_001)]).toEqual([false, false]);
  });

  it.each([{ train: 1e15 }, { steps: 2 ** 53 }, { optimizer: { learningRate: 1e300 } }, { logEverySteps: 1e15 }])(
    'are bounded in specs too: %o',
    (change) => {
      const spec = { dataset: 'shapes', model: { kind: 'vgg' }, epochs: 1 };
      expect(runSpecSchema.safeParse(spec).success).toBe(true);
      expect(runSpecSchema.safeParse({ ...spec, ...change }).success).toBe(false);
    },
  );
});
