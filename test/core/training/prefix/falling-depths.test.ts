import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BatchSchedule, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import type { FreezePhase } from '#core/policy/cost.ts';
import { planCache } from '#core/training/prefix/cache-plan.ts';
import { PrefixCache } from '#core/training/prefix/prefix-cache.ts';
import { visitsIn } from '#core/training/prefix/visits.ts';
import type { LayerRange } from '#core/training/session.ts';
import { FakeRecords } from '../../../support/prefix-fixture.ts';

const LAYERS = 6;
/** Floats of an image in front of each layer. */
const SIZES = [4, 6, 2, 8, 1, 3, 5];

const anyRun = fc.record({
  phases: fc.array(fc.record({ frozenLayers: fc.nat(LAYERS - 1), length: fc.integer({ min: 1, max: 14 }) }), {
    minLength: 1,
    maxLength: 7,
  }),
  batchSize: fc.integer({ min: 1, max: 5 }),
  images: fc.integer({ min: 5, max: 17 }),
  views: fc.integer({ min: 1, max: 3 }),
  fromStep: fc.nat(20),
  shuffle: fc.boolean(),
  memoryBytes: fc.constantFrom(0, 5 * 8192, 9 * 8192, 1e6),
  diskBytes: fc.constantFrom(0, 7 * 8192, 1e6),
  writesLeft: fc.constantFrom(3, 1000),
});

type AnyRun = typeof anyRun extends fc.Arbitrary<infer Value> ? Value : never;

/** A network whose layers that train change at every step, so that a stale value shows. */
class ChangingLayers {
  readonly versions = new Int32Array(LAYERS);

  train(frozenLayers: number): void {
    for (let layer = frozenLayers; layer < LAYERS; layer++) this.versions[layer]++;
  }

  advance(values: Float32Array, count: number, { from, to }: LayerRange): Float32Array {
    const output = new Float32Array(count * SIZES[to]);
    for (let image = 0; image < count; image++) {
      let value = values[image * SIZES[from]];
      for (let layer = from; layer < to; layer++) value = Math.fround(value * 0.5 + layer + this.versions[layer] / 64);
      output.fill(value, image * SIZES[to], (image + 1) * SIZES[to]);
    }
    return output;
  }
}

interface Outcome {
  /** The steps that were given other values than the frozen layers make. */
  readonly wrong: readonly number[];
  /** The number of steps that were given any. */
  readonly served: number;
  /** The number of these whose images were never made. */
  readonly alone: number;
}

async function outcomeOf(run: AnyRun): Promise<Outcome> {
  const { batchSize, images: imageCount, views, shuffle, memoryBytes, diskBytes, writesLeft } = run;
  const phases = phasesOf(run.phases);
  const steps = phases.reduce((sum, { length }) => sum + length, 0);
  const fromStep = Math.min(run.fromStep, steps - 1);
  const depths = [...new Set([0, ...phases.map(({ frozenLayers }) => frozenLayers)])].sort((a, b) => a - b);
  const stepsPerEpoch = Math.floor(imageCount / batchSize);
  const visits = visitsIn(phases, { depths, stepsPerEpoch, views, fromStep });
  const costs = {
    ...{ batchSize, fixedShare: 0, copyMsPerByte: 0, bytes: depths.map(() => 8192) },
    stepMs: depths.map((_, boundary) => (boundary === 0 ? 0 : 10)),
    advanceMs: depths.map((_, boundary) => (boundary === 0 ? 0 : 10)),
    activeMs: depths.map(() => 10),
    disk: { readMsPerByte: 0, writeMsPerByte: 0 },
  };
  const plan = planCache({ costs, visits, count: imageCount * views, budget: { memoryBytes, diskBytes } });
  const layers = new ChangingLayers();
  const spec = { batchSize, seed: 3, shuffle, augment: views === 1 ? 'none' : 'crop-flip', views } as const;
  const schedule = () => new BatchSchedule(trainingBatchPlan(spec), imageCount);
  const cache = new PrefixCache({
    ...{ plan, costs, visits, depths, steps, memoryBytes, session: layers, imageCount, computeSaved: 0 },
    sizes: depths.map((depth) => SIZES[depth]),
    ...{ schedule: schedule(), scheduleAhead: schedule(), scheduleAsked: schedule() },
    records: Object.assign(new FakeRecords(), { writesLeft }),
    emit: () => undefined,
    now: () => 0,
  });
  const wrong: number[] = [];
  let served = 0;
  let alone = 0;
  const omitted = new Map<number, boolean>();
  const reader = schedule();
  for (let step = fromStep; step < steps; step++) {
    const { frozenLayers } = phases.findLast(({ firstStep }) => firstStep <= step) ?? phases[0];
    const { round, indices } = reader.selectionAt(step);
    const pixels = Float32Array.from(indices, (image) => Math.sin(image + 100 * round));
    const images = repeated(pixels, SIZES[0]);
    // A batch is made while the two steps before it run.
    omitted.set(step + 2, cache.servesAlone(step + 2));
    const batch = { labels: new Int32Array(batchSize), count: batchSize, step };
    const isAlone = omitted.get(step) ?? false;
    const output = await cache.outputFor({ ...batch, images: isAlone ? new Float32Array() : images }, frozenLayers);
    const expected = layers.advance(images, batchSize, { from: 0, to: frozenLayers });
    if (isAlone) alone++;
    if (!isRight(output, expected, isAlone)) wrong.push(step);
    if (output !== undefined) served++;
    layers.train(frozenLayers);
  }
  await cache.close();
  return { wrong, served, alone };
}

function phasesOf(parts: AnyRun['phases']): FreezePhase[] {
  let firstStep = 0;
  return parts.map(({ frozenLayers, length }) => {
    firstStep += length;
    return { firstStep: firstStep - length, length, frozenLayers };
  });
}

/** A step whose images were made may also run the frozen layers itself. */
function isRight(output: Float32Array | undefined, expected: Float32Array, isAlone: boolean): boolean {
  return output === undefined ? !isAlone : Buffer.compare(bytesOf(output), bytesOf(expected)) === 0;
}

function repeated(values: Float32Array, times: number): Float32Array {
  return Float32Array.from({ length: values.length * times }, (_, index) => values[Math.floor(index / times)]);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

it('gives each step what the frozen layers make of its images now, however many of them are frozen from when to when', async () => {
  const all = { served: 0, alone: 0 };
  await fc.assert(
    fc.asyncProperty(anyRun, async (run) => {
      const { wrong, served, alone } = await outcomeOf(run);
      expect(wrong).toEqual([]);
      all.served += served;
      all.alone += alone;
    }),
    { numRuns: 300 },
  );
  expect(all.served).toBeGreaterThan(1000);
  expect(all.alone).toBeGreaterThan(200);
});
