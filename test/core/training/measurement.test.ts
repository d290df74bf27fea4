import { expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { measurePace } from '#core/training/measurement.ts';
import { planTraining } from '#core/training/plan.ts';
import { predictedRatio } from '#core/training/profile-savings.ts';
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

const macs = plan.layers.map((layer) => layer.macs);
const SIZES = [64, 32, 32, 32, 32, 32, 32, 4];

/**
 * A session whose steps take these ms in turn (then the last again), rehearsed ones the share of the unfrozen layers, and whose
 * evaluations take `evaluationMs` a batch of 4. A batch is made in `batchMs`, while nothing waits for it.
 */
async function measure(
  stepMs: readonly number[],
  { evaluationMs = 8, batchMs = 1, augment = 'crop-flip' as 'crop-flip' | 'none' } = {},
) {
  let clock = 0;
  let saves = 0;
  let evaluations = 0;
  let isRestored = false;
  const fake = new FakeSession(network);
  const rehearsed: (readonly [number, boolean])[] = [];
  const usual = stepMs[stepMs.length - 1];
  const session = Object.assign(Object.create(fake) as FakeSession, {
    train: (step: Parameters<FakeSession['train']>[0]) => {
      expect(isRestored).toBe(true);
      clock += stepMs[Math.min(fake.steps.length, stepMs.length - 1)];
      return fake.train(step);
    },
    rehearse: ({ frozenLayers, prefixOutput }: Parameters<FakeSession['rehearse']>[0]) => {
      rehearsed.push([frozenLayers, prefixOutput !== undefined]);
      const share = prefixOutput === undefined ? predictedRatio(macs, frozenLayers) : 0.1;
      const [depth, isKept] = [frozenLayers, prefixOutput !== undefined];
      const isFirst = rehearsed.filter(([one, other]) => one === depth && other === isKept).length === 1;
      clock += rehearsed.length === 1 ? 900 : usual * share + (isFirst ? 5 : 0);
    },
    advance: (...[, count, { to }]: Parameters<FakeSession['advance']>) => {
      clock += usual * 0.2;
      return new Float32Array(count * SIZES[to]);
    },
    evaluate: (batch: Parameters<FakeSession['evaluate']>[0]) => {
      clock += evaluations++ === 0 ? 200 + evaluationMs : evaluationMs;
      return fake.evaluate(batch);
    },
  });
  let size = 1000;
  let taken = 0;
  const pace = await measurePace({
    ...{ plan: { ...plan, spec: { ...plan.spec, augment } }, session, sizes: SIZES, batch: fakeBatch(0) },
    batches: {
      next: async () => {
        // A step is longer than that, and so is what goes before the first one: a batch is ready then.
        if (taken++ > fake.steps.length) clock += batchMs;
        return fakeBatch(fake.steps.length);
      },
      close: () => undefined,
    },
    evaluationBatches: async function* () {
      for (let index = 0; index < 1000; index++) yield fakeBatch(index);
    },
    restore: () => {
      isRestored = true;
    },
    saveCheckpoint: async () => {
      clock += [90, 7, 5][saves++] ?? 0;
    },
    residentBytes: () => (size += 100),
    now: () => clock,
  });
  const depths = pace.depths.map(({ frozenLayers }) => frozenLayers);
  return { pace, steps: fake.steps, depths, rehearsed };
}

it('takes the median of thirty unfrozen steps and of three checkpoints, without the first step', async () => {
  const { pace, steps, depths } = await measure([500, 10, 10, 90, 20, 20]);
  expect(pace).toMatchObject({ msPerStep: 20, steps: 30, msPerEvaluatedImage: 2, msPerCheckpoint: 7, msPerBatch: 1 });
  expect(pace).toMatchObject({ msFirstEvaluation: 200, msFirstCheckpoint: 83 });
  expect(steps).toHaveLength(31);
  expect(steps.every((step) => step.frozenLayers === 0)).toBe(true);
  expect(depths).toEqual([1, 2, 3, 4, 5, 6]);
});

it('tells what a step at each depth takes, needs and trains', async () => {
  const { pace } = await measure([20]);
  expect(pace.imagesPerSecond).toBe(200);
  const params = plan.layers.map((layer) => layer.params);
  const all = params.reduce((sum, count) => sum + count, 0);
  for (const [index, depth] of pace.depths.entries()) {
    const ratio = predictedRatio(macs, index + 1);
    expect(depth.firstTrained).toBe(plan.layers[index + 1].name);
    expect(depth.ratio.median).toBeCloseTo(ratio, 9);
    expect(depth.imagesPerSecond).toBeCloseTo(4000 / (20 * ratio), 6);
    expect(depth.trainedShare).toBeCloseTo(params.slice(index + 1).reduce((sum, count) => sum + count, 0) / all, 12);
    expect(depth.cachedStepMs).toBeCloseTo(2, 9);
  }
  // Deepest first, each reading of the process's size 100 bytes larger than the one before.
  expect(pace.depths.map(({ memoryBytes }) => memoryBytes)).toEqual([600, 500, 400, 300, 200, 100]);
  expect(pace.memoryBytes).toBe(700);
});

it('times the steps that fill the cache where the same images come again', async () => {
  const { pace } = await measure([20]);
  expect(pace.msPerNewKept).toBeNull();
  expect(new Set(pace.depths.map(({ fillingStepMs }) => fillingStepMs))).toEqual(new Set([null]));
  const kept = (await measure([20], { augment: 'none' })).pace;
  // A pass of 4 ms, and a step of 2 ms from its output.
  expect(kept.depths.map(({ fillingStepMs }) => fillingStepMs)).toEqual(kept.depths.map(() => expect.closeTo(6, 9)));
  expect(kept.msPerNewKept).toBeCloseTo(5, 9);
});

it('lets steps wait for batches that take longer to be made', async () => {
  const { pace } = await measure([20], { batchMs: 16 });
  expect(pace.msPerBatch).toBe(16);
  expect(pace.depths.at(-1)?.imagesPerSecond).toBe(250);
});

it('tells what the very first step takes for any, and what the first one at a depth takes longer', async () => {
  const { pace, rehearsed } = await measure([20]);
  expect(rehearsed.slice(0, 9).map(([depth]) => depth)).toEqual([6, 6, 6, 5, 4, 3, 2, 1, 0]);
  expect(pace.msPerNewDepth).toBeCloseTo(5, 9);
  // That step was the first one at the deepest depth too.
  expect(pace.warmUpMs).toBeCloseTo(900 - 5 - 20 * predictedRatio(macs, 6), 9);
});

it('stops training after three seconds and evaluating after one, but measures at least one of each', async () => {
  const slow = await measure([700], { evaluationMs: 300 });
  expect(slow.pace).toMatchObject({ msPerStep: 700, msPerEvaluatedImage: 75, steps: 5 });
  const slower = await measure([9000], { evaluationMs: 4000 });
  expect(slower.pace).toMatchObject({ msPerStep: expect.closeTo(9000, 6), msPerEvaluatedImage: 1000, steps: 1 });
});

it('measures fewer depths of a slow network, the deepest among them', async () => {
  // Seven steps a depth: two depths of 200 ms steps take 2.8 of 4 s.
  expect((await measure([200])).depths).toHaveLength(2);
  expect((await measure([9000])).depths.at(-1)).toBe(6);
});
