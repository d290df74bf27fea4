import { expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { MeasuredProfile } from '#core/training/measurement.ts';
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

const PROFILE: MeasuredProfile = {
  firstStepsMs: [300, 500, 400],
  unfrozen: { steps: 3, stepMs: { minimum: 1, median: 1 } },
  depths: [{ frozenLayers: 2, steps: 3, stepMs: { minimum: 1, median: 1 }, ratio: { low: 1, median: 1, high: 1 } }],
};

/** A session whose steps take these ms in turn (then the last again), and whose evaluations take `evaluationMs` a batch of 4. */
async function measure(stepMs: readonly number[], evaluationMs: number) {
  let clock = 0;
  let saves = 0;
  const profiled: (readonly number[])[] = [];
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
    profileAt: async (depths, budgetMs) => {
      expect(budgetMs).toBe(3000);
      profiled.push(depths);
      return PROFILE;
    },
    saveCheckpoint: async () => {
      clock += [90, 7, 5][saves++] ?? 0;
    },
    now: () => clock,
  });
  return { pace, steps: fake.steps, depths: profiled.flat() };
}

it('takes the median of thirty unfrozen steps and of three checkpoints, without the first step', async () => {
  const { pace, steps, depths } = await measure([500, 10, 10, 90, 20, 20], 8);
  expect(pace).toEqual({
    ...{
      msPerStep: 20,
      steps: 30,
      depths: PROFILE.depths,
      msPerNewDepth: 400,
      msPerEvaluatedImage: 2,
      msPerCheckpoint: 7,
    },
  });
  expect(steps).toHaveLength(31);
  expect(steps.every((step) => step.frozenLayers === 0)).toBe(true);
  expect(depths).toEqual([1, 2, 3, 4, 5, 6]);
});

it('stops training after three seconds and evaluating after one, but measures at least one of each', async () => {
  expect((await measure([700], 300)).pace).toMatchObject({ msPerStep: 700, msPerEvaluatedImage: 75, steps: 5 });
  expect((await measure([9000], 4000)).pace).toMatchObject({ msPerStep: 9000, msPerEvaluatedImage: 1000, steps: 1 });
});

it('profiles fewer depths of a slow network, the deepest among them', async () => {
  // Three pairs and an untimed step are seven steps: two depths of 200 ms steps take 2.8 s.
  expect((await measure([200], 8)).depths).toHaveLength(2);
  expect((await measure([9000], 8)).depths.at(-1)).toBe(6);
});
