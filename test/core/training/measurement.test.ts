import { expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { measurePace } from '#core/training/measurement.ts';
import { planTraining } from '#core/training/plan.ts';
import { FakeSession, fakeBatch } from '../../support/fake-training.ts';

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 1 } as const;
const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 1 }, 4);
const plan = planTraining(
  resolvedRunSpecSchema.parse({
    ...{ dataset: 'x', train: 40, validation: 6, test: 6, model: MODEL, epochs: 3, batchSize: 4 },
    policy: { kind: 'freezeout', shape: 'linear', t0: 0.01 },
  }),
  network,
);

/** A session whose steps take these ms in turn (then the last again), and whose evaluations take `evaluationMs` a batch of 4. */
async function measure(stepMs: readonly number[], evaluationMs: number) {
  let clock = 0;
  const fake = new FakeSession(network);
  const session = Object.assign(Object.create(fake) as FakeSession, {
    train: (step: Parameters<FakeSession['train']>[0]) => {
      clock += stepMs[Math.min(fake.steps.length, stepMs.length - 1)];
      return fake.train(step);
    },
    evaluate: (batch: Parameters<FakeSession['evaluate']>[0]) => {
      clock += evaluationMs;
      return fake.evaluate(batch);
    },
  });
  const pace = await measurePace({
    plan,
    session,
    batches: { next: async () => fakeBatch(fake.steps.length), close: () => undefined },
    evaluationBatches: async function* () {
      for (let index = 0; index < 1000; index++) yield fakeBatch(index);
    },
    now: () => clock,
  });
  return { pace, steps: fake.steps, clock };
}

it('takes the median of thirty unfrozen steps, without the first one', async () => {
  const { pace, steps } = await measure([500, 10, 10, 90, 20, 20], 8);
  expect(pace).toEqual({ msPerStep: 20, msPerEvaluatedImage: 2, steps: 30 });
  expect(steps).toHaveLength(31);
  expect(steps.every((step) => step.frozenLayers === 0)).toBe(true);
});

it('stops training after three seconds and evaluating after one, but measures at least one of each', async () => {
  expect((await measure([700], 300)).pace).toEqual({ msPerStep: 700, msPerEvaluatedImage: 75, steps: 5 });
  const { pace, clock } = await measure([9000], 4000);
  expect(pace).toEqual({ msPerStep: 9000, msPerEvaluatedImage: 1000, steps: 1 });
  expect(clock).toBe(2 * 9000 + 2 * 4000);
});
