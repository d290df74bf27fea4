import { describe, expect, it } from 'vitest';
import type { Batch } from '#core/data/batch.ts';
import { BatchSchedule, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { RunSpec } from '#core/run.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { runEventSchema } from '#core/run-event.ts';
import type { TrainingRun } from '#core/training/loop.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';
import { OrdinaryPrefix } from '#core/training/prefix/frozen-prefix.ts';
import { FakeSession, trainFake } from '../../../support/fake-training.ts';
import type { CacheFixture } from '../../../support/prefix-fixture.ts';
import { FakeRecords, prefixCacheOf } from '../../../support/prefix-fixture.ts';

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 1 } as const;
const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 1 }, 4);
const IMAGES = 40;

/** 10 steps an epoch, 6 epochs; layers freeze at steps 13, 21, 29, 37, 45 and 53 of 60. */
function planOf(change: Partial<RunSpec> = {}): TrainingPlan {
  const spec = {
    dataset: { kind: 'synthetic' },
    ...{ train: IMAGES, validation: 6, test: 6 },
    model: MODEL,
    policy: { kind: 'freezeout', shape: 'linear', t0: 0.2, scaled: false },
    ...{ epochs: 6, batchSize: 4, augment: 'none', logEverySteps: 1, seed: 5 },
    ...change,
  };
  return planTraining(resolvedRunSpecSchema.parse(spec), network);
}

/** Batches in which an image's values tell which one it is, and which view. */
function batchesOf(plan: TrainingPlan, fromStep: number): TrainingRun['batches'] {
  const schedule = new BatchSchedule(trainingBatchPlan(plan.spec), IMAGES);
  let step = fromStep;
  return {
    next: async (): Promise<Batch> => {
      const { round, indices } = schedule.selectionAt(step);
      const images = new Float32Array(4 * 64);
      for (const [place, image] of indices.entries()) {
        const view = plan.spec.views === undefined ? 0 : round;
        images.fill(Math.sin(image + 100 * view), place * 64, (place + 1) * 64);
      }
      return { images, labels: new Int32Array(4), count: 4, step: step++ };
    },
    close: () => undefined,
  };
}

type Keeping = Omit<CacheFixture, 'plan' | 'network' | 'session'>;

/** Trains with a cache that keeps so much; null: without one. */
async function trained(
  plan: TrainingPlan,
  keeping: Keeping | null,
  options: Partial<Parameters<typeof trainFake>[0]> = {},
) {
  const session = new FakeSession(network);
  const cacheEvents: object[] = [];
  const emit = (body: object) => cacheEvents.push(body);
  const fromStep = options.from?.state.step ?? 0;
  const prefix =
    keeping === null
      ? new OrdinaryPrefix(null, () => undefined)
      : prefixCacheOf({ plan, network, session, emit, fromStep, ...keeping });
  const batches = batchesOf(plan, fromStep);
  const outcome = await trainFake({ plan, session, ...options, change: { prefix, batches } });
  return { ...outcome, session, cacheEvents };
}

function losses(events: readonly RunEvent[]) {
  return events.flatMap((event) => (event.type === 'step.sampled' ? [event.loss] : []));
}

describe('a run with the cache', () => {
  const cases: readonly (readonly [string, Keeping])[] = [
    ['all in memory', { inMemory: IMAGES }],
    ['a part in memory, the rest nowhere', { inMemory: 17 }],
    ['all on disk', { inMemory: 0, onDisk: IMAGES, records: new FakeRecords() }],
    ['a part in each place', { inMemory: 13, onDisk: 11, records: new FakeRecords() }],
    ['nothing kept', { inMemory: 0 }],
    ['memory for fewer images than planned', { inMemory: IMAGES, memoryBytes: 12 * 8192 }],
  ];

  it.each(cases)('has the losses and weights of the run without: %s', async (_, keeping) => {
    const [ordinary, cached] = [await trained(planOf(), null), await trained(planOf(), keeping)];
    expect(losses(cached.events)).toEqual(losses(ordinary.events));
    expect(cached.checkpoints.weights).toEqual(ordinary.checkpoints.weights);
  });

  it('has them also with fixed views, and where images come in the order of the file', async () => {
    for (const change of [{ augment: 'crop-flip', views: 2 }, { shuffle: false }] as const) {
      const plan = planOf(change);
      const keeping = { inMemory: 30, onDisk: 30, records: new FakeRecords() };
      const [ordinary, cached] = [await trained(plan, null), await trained(plan, keeping)];
      expect(losses(cached.events)).toEqual(losses(ordinary.events));
    }
  });

  it('gives the losses of the uninterrupted run after a pause at any step, though it then begins with nothing kept', async () => {
    const plan = planOf();
    const whole = await trained(plan, { inMemory: IMAGES });
    for (let cut = 10; cut < 60; cut += 3) {
      const requestAt = (step: number) => (step === cut ? ({ type: 'pause', reason: '' } as const) : null);
      const first = await trained(plan, { inMemory: IMAGES }, { requestAt });
      const second = await trained(plan, { inMemory: 9 }, { from: first.checkpoints.saved.at(-1) });
      expect([...losses(first.events), ...losses(second.events)]).toEqual(losses(whole.events));
      expect(second.checkpoints.weights).toEqual(whole.checkpoints.weights);
    }
  });

  it('runs each layer once for each image, once it has been frozen, and none of them again', async () => {
    const plan = planOf();
    const session = new FakeSession(network);
    const passes: (readonly [number, number, number])[] = [];
    const spied = Object.assign(Object.create(session) as FakeSession, {
      advance: (...[values, count, range]: Parameters<FakeSession['advance']>) => {
        passes.push([range.from, range.to, count]);
        return session.advance(values, count, range);
      },
    });
    const prefix = prefixCacheOf({ plan, network, session: spied, inMemory: IMAGES });
    await trainFake({ plan, session, change: { prefix, batches: batchesOf(plan, 0) } });
    // Steps 13 .. 20 and the second half of the next epoch's images are new at depth 1.
    const ofLayer = (layer: number) =>
      passes.reduce((sum, [from, to, count]) => sum + (from <= layer && layer < to ? count : 0), 0);
    expect([0, 1, 2, 3, 4].map(ofLayer)).toEqual([40, 40, 40, 40, 40]);
    expect(session.steps.filter(({ prefixOutput }) => prefixOutput !== undefined)).toHaveLength(47);
  });

  it('says what it does at every depth, and at the end what that was worth', async () => {
    const { cacheEvents } = await trained(planOf(), { inMemory: IMAGES });
    const events = cacheEvents.map((body) => runEventSchema.parse({ ...body, seq: 1, runId: 'run', at: 0 }));
    const decided = events.filter((event) => event.type === 'prefix-cache.decided');
    expect(decided.map(({ depth, step }) => [depth, step])).toEqual([
      [1, 13],
      [2, 21],
      [3, 29],
      [4, 37],
      [5, 45],
      [6, 53],
    ]);
    expect(decided[0]).toMatchObject({ place: 'memory', images: IMAGES, predictedSaved: 0.009 });
    const end = events.at(-1);
    if (end?.type !== 'prefix-cache.finished') throw new Error('It does not say what it saved.');
    expect(end).toMatchObject({ images: 47 * 4, predictedSaved: 0.054 });
    // Made anew: 40 images at depth 1.
    expect(end.hits + end.advanced).toBe(47 * 4 - 40);
    expect(end.saved).toBeGreaterThan(0);
  });
});

describe('a disk that fails', () => {
  it('is given up with the reason, and the run goes on with the same losses', async () => {
    const ordinary = await trained(planOf(), null);
    for (const writesLeft of [0, 3, 30, 75]) {
      const records = Object.assign(new FakeRecords(), { writesLeft });
      const cached = await trained(planOf(), { inMemory: 10, onDisk: 30, records });
      expect(losses(cached.events)).toEqual(losses(ordinary.events));
      expect(records.isClosed).toBe(true);
      expect(cached.cacheEvents).toContainEqual(
        expect.objectContaining({
          ...{ type: 'prefix-cache.decided', place: 'memory', images: 10 },
          reason:
            'The disk part of the cache has failed and is no longer used: No space is left on the disk. Keeping pays: 10 in memory.',
        }),
      );
      expect(cached.cacheEvents.at(-1)).toMatchObject({ type: 'prefix-cache.finished' });
    }
  });
});

describe('a run without a cache', () => {
  it('says why, once, when the first layer freezes', async () => {
    const events: object[] = [];
    const prefix = new OrdinaryPrefix('Switched off in the spec.', (body) => events.push(body));
    const session = new FakeSession(network);
    await trainFake({ plan: planOf(), session, change: { prefix } });
    expect(events).toEqual([
      {
        ...{ type: 'prefix-cache.decided', depth: 1, step: 13, place: 'none', images: 0, bytes: 0, predictedSaved: 0 },
        reason: 'Switched off in the spec.',
      },
    ]);
    expect(session.steps.every(({ prefixOutput }) => prefixOutput === undefined)).toBe(true);
  });
});
