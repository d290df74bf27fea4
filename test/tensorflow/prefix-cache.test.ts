import { afterEach, describe, expect, it } from 'vitest';
import type { Batch } from '#core/data/batch.ts';
import { BatchAssembler } from '#core/data/batch.ts';
import { BatchSchedule, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { normalization } from '#core/data/normalization.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { TrainingRun } from '#core/training/loop.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';
import { OrdinaryPrefix } from '#core/training/prefix/frozen-prefix.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { trainFake } from '../support/fake-training.ts';
import { FakeRecords, prefixCacheOf } from '../support/prefix-fixture.ts';
import { formulaWeights } from '../support/session-fixture.ts';

const { binding } = loadTensorFlow('cpu');
const IMAGES = 24;
const CLASSES = 4;

/** Model, height and width of its images, images in a batch. */
const cases: readonly (readonly [ModelSpec, number, number])[] = [
  [{ kind: 'densenet-bc', depth: 16, growth: 4 }, 8, 6],
  [{ kind: 'densenet-bc', depth: 10, growth: 4 }, 8, 8],
  [{ kind: 'wide-resnet', depth: 16, width: 1, skip: true }, 8, 6],
  [{ kind: 'vgg', depth: 16, dropout: 0.5, width: 0.25 }, 32, 8],
];

const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

const FREEZE_OUT = { kind: 'freezeout', shape: 'linear', t0: 0.3, scaled: false };

/** 5 epochs; freezes at about every second step of the last three. */
function planOf([model, side, batchSize]: (typeof cases)[number], policy: object = FREEZE_OUT): TrainingPlan {
  const spec = {
    dataset: { kind: 'synthetic' },
    ...{ train: IMAGES, validation: 0, test: 4, model, epochs: 5, batchSize, logEverySteps: 1 },
    ...{ augment: 'crop-flip', views: 2, optimizer: { learningRate: 0.01 } },
    policy,
  };
  const network = buildNetwork(model, { height: side, width: side, channels: 3 }, CLASSES);
  return planTraining(resolvedRunSpecSchema.parse(spec), network);
}

/** The losses and the bits of the weights, without the cache and with it. */
async function outcomesOf(kind: (typeof cases)[number], policy: object = FREEZE_OUT) {
  const [model, side, batchSize] = kind;
  const plan = planOf(kind, policy);
  const network = buildNetwork(model, { height: side, width: side, channels: 3 }, CLASSES);
  const size = { height: side, width: side, channels: 3 } as const;
  const data = await openDataSource({
    kind: 'synthetic',
    classes: CLASSES,
    ...size,
    train: IMAGES,
    test: 4,
    seed: 1,
  });
  const batches = (): TrainingRun['batches'] => {
    const [schedule, by] = [new BatchSchedule(trainingBatchPlan(plan.spec), IMAGES), trainingBatchPlan(plan.spec)];
    const assembler = new BatchAssembler(data.training, by, { statistics: normalization(data.training) });
    let step = 0;
    const next = async (): Promise<Batch> => {
      const target = { images: new Float32Array(batchSize * side * side * 3), labels: new Int32Array(batchSize) };
      return { ...target, count: assembler.assemble(schedule.selectionAt(step), target), step: step++ };
    };
    return { next, close: () => undefined };
  };
  const outcomes = [];
  for (const isCached of [false, true]) {
    const session = createGraphSession(binding, { network, ...plan.spec, seed: 1 });
    open.push(session);
    session.restore(formulaWeights(network), new Map());
    const prefix = isCached
      ? prefixCacheOf({ plan, network, session, inMemory: 20, onDisk: 20, records: new FakeRecords() })
      : new OrdinaryPrefix(null, () => undefined);
    const change = { prefix, batches: batches(), validationBatches: null, testBatches: async function* () {} };
    const { events, checkpoints } = await trainFake({ plan, session, change });
    const losses = events.flatMap((event) => (event.type === 'step.sampled' ? [event.loss] : []));
    const weights = [...(checkpoints.weights ?? [])].map(([name, { buffer }]) => [name, new Int32Array(buffer)]);
    outcomes.push({ losses, weights });
  }
  return outcomes;
}

describe.each(cases)('TensorFlow trains %j on images of %i pixels a side by %i', (...kind) => {
  it('to the same bits with the cache as without, over freezes', async () => {
    const outcomes = await outcomesOf(kind);
    expect(outcomes[0].losses).toHaveLength((IMAGES / kind[2]) * 5);
    expect(outcomes[0].losses.every(Number.isFinite)).toBe(true);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});

describe('TensorFlow trains the same bits with the cache as without', () => {
  it.each([
    { kind: 'fixed', share: 1 },
    { kind: 'fixed', layers: 2 },
    { kind: 'unfreeze', at: [4], how: 'all' },
    { kind: 'unfreeze', every: 1, how: 'layer-by-layer' },
  ])('with the policy %j', async (policy) => {
    const [ordinary, cached] = await outcomesOf(cases[2], policy);
    expect(ordinary.losses.every(Number.isFinite)).toBe(true);
    expect(cached).toEqual(ordinary);
  });
});
