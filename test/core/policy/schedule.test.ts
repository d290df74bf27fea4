import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/policy/policy.ts';
import { scheduleOf } from '#core/policy/policy.ts';
import { createSchedule, curveRatios, shapeRatios } from '#core/policy/schedule.ts';
import { layerNames } from '../../support/layer-names.ts';
import { readReferenceSchedules } from '../../support/reference.ts';

const reference = readReferenceSchedules();
const referenceSteps = reference.epochs * reference.stepsPerEpoch;

function closeTo(numbers: readonly number[]) {
  return numbers.map((number) => expect.closeTo(number, 12));
}

describe('ratios', () => {
  // x = t0 + (1 - t0) i / N: 0.5, 0.75, 1 for three layers at t0 = 0.5.
  it.each([
    ['linear', [0.5, 0.75, 1]],
    ['squared', [0.25, 0.5625, 1]],
    ['cubic', [0.125, 0.421875, 1]],
  ] as const)('of shape %s are the shape of t0 + (1 - t0) i / N', (shape, ratios) => {
    expect(shapeRatios(shape, 0.5, 3)).toEqual(ratios);
  });

  it('of a DenseNet-BC 76 at cubic 0.8 are the ones that the paper’s default gives', () => {
    const ratios = shapeRatios('cubic', 0.8, 40);
    // (0.8 + 0.2 i / 39)^3 for i = 0, 13, 26, 39
    expect([ratios[0], ratios[13], ratios[26], ratios[39]]).toEqual(
      closeTo([0.512, (0.8 + 0.2 / 3) ** 3, (0.8 + 0.4 / 3) ** 3, 1]),
    );
  });

  it('of a curve lie on its straight pieces', () => {
    // i / N = 0, 0.25, 0.5, 0.75, 1 on (0, 0.2) - (0.5, 0.6) - (1, 1)
    const points = [
      [0, 0.2],
      [0.5, 0.6],
      [1, 1],
    ] as const;
    expect(curveRatios(points, 5)).toEqual(closeTo([0.2, 0.4, 0.6, 0.8, 1]));
  });
});

describe('a schedule', () => {
  const settings = { ratios: [0.5, 0.755, 1], learningRate: 0.1, scaled: true, scheduleSteps: 200, steps: 200 };

  it('freezes a layer at the first step after t_i = S r_i, and never the head', () => {
    // t = 100, 151, 200: at step 100 the rate is 0 and the layer still trains.
    expect(createSchedule(settings).freezeSteps).toEqual([101, 152, null]);
  });

  it('never freezes a layer whose step the run does not reach', () => {
    const freezeSteps = (steps: number) => createSchedule({ ...settings, steps }).freezeSteps;
    expect(freezeSteps(152)).toEqual([101, null, null]);
    expect(freezeSteps(153)).toEqual([101, 152, null]);
    expect(freezeSteps(101)).toEqual([null, null, null]);
  });

  it('anneals every layer over its own time', () => {
    const schedule = createSchedule(settings);
    // lr_i(0) = a / r_i = 0.2; 1/2 0.2 (1 + cos(pi j / 100)) at j = 0, 25, 50, 100
    expect(schedule.initialLearningRates).toEqual(closeTo([0.2, 0.1 / 0.755, 0.1]));
    expect(schedule.learningRateAt(0, 0)).toBe(0.2);
    expect(schedule.learningRateAt(0, 25)).toBeCloseTo(0.1 * (1 + Math.SQRT1_2), 14);
    expect(schedule.learningRateAt(0, 50)).toBeCloseTo(0.1, 14);
    expect(schedule.learningRateAt(0, 100)).toBe(0);
    expect(schedule.learningRateAt(2, 199)).toBeCloseTo(0.05 * (1 + Math.cos((199 / 200) * Math.PI)), 14);
  });

  it('starts every layer at a where rates are not scaled', () => {
    expect(createSchedule({ ...settings, scaled: false }).initialLearningRates).toEqual([0.1, 0.1, 0.1]);
  });

  it('gives all layers the same sum of rates where they are scaled', () => {
    const schedule = createSchedule({ ...settings, ratios: [0.125, 0.5, 1], scheduleSteps: 8000, steps: 8000 });
    // integral of lr_i over [0, t_i] = lr_i(0) t_i / 2 = a S / 2; the sum over steps adds half the first rate.
    const sums = [1000, 4000, 8000].map((end, layer) => {
      let sum = -schedule.initialLearningRates[layer] / 2;
      for (let step = 0; step < end; step++) sum += schedule.learningRateAt(layer, step);
      return sum;
    });
    for (const sum of sums) expect(sum).toBeCloseTo((0.1 * 8000) / 2, 6);
  });

  it('keeps the authors’ 1,000 steps an epoch where asked: 900 of them are run', () => {
    const policy: Policy = { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true, scheduleSteps: 100_000 };
    const schedule = scheduleOf(policy, {
      layerNames: layerNames(40),
      learningRate: 0.1,
      steps: 90_000,
      stepsPerEpoch: 90_000,
    });
    // research/freezeout.md 1.7: 33 of 40 layers ever freeze, and the head's last rate is 0.00245.
    expect(schedule.freezeSteps.filter((step) => step !== null)).toHaveLength(33);
    expect(schedule.freezeSteps[0]).toBe(51_201);
    expect(schedule.learningRateAt(39, 90_000)).toBeCloseTo(0.00245, 5);
  });

  it('of the baseline is one plain cosine and no freeze', () => {
    const schedule = scheduleOf(
      { kind: 'none' },
      { layerNames: layerNames(4), learningRate: 0.1, steps: 100, stepsPerEpoch: 100 },
    );
    expect(schedule.freezeSteps).toEqual([null, null, null, null]);
    expect([0, 1, 2, 3].map((layer) => schedule.learningRateAt(layer, 50))).toEqual(closeTo(Array(4).fill(0.05)));
    expect(schedule.frozenLayersAt(99)).toBe(0);
  });
});

describe('the 54 combinations of the reference', () => {
  it('are there', () => {
    expect(reference.combinations).toHaveLength(54);
  });

  it.each(
    reference.combinations.map((one) => [one.model, one.policy.shape, one.policy.t0, one.policy.scaled, one] as const),
  )('%s %s t0 %d scaled %s', (_model, _shape, _t0, _scaled, { policy, ratios, freezeSteps, initialLearningRates }) => {
    const context = {
      layerNames: layerNames(ratios.length),
      learningRate: reference.learningRate,
      steps: referenceSteps,
      stepsPerEpoch: reference.stepsPerEpoch,
    };
    const schedule = scheduleOf(policy, context);
    expect(schedule.ratios).toEqual(closeTo(ratios));
    expect(schedule.initialLearningRates).toEqual(closeTo(initialLearningRates));
    expect(schedule.freezeSteps).toEqual(freezeSteps);
  });
});

/** Curves as the schema lets them through: x rising from 0 to 1, r never falling, ending at [1, 1]. */
const curve = fc
  .array(fc.tuple(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((inner) => {
    const xs = [...new Set(inner.map((point) => point[0]))].sort((a, b) => a - b);
    const ratios = inner.map((point) => point[1]).sort((a, b) => a - b);
    return [[0, ratios[0]], ...xs.map((x, index) => [x, ratios[index]]), [1, 1]] as [number, number][];
  });

const anyPolicy: fc.Arbitrary<Policy> = fc.oneof(
  fc.record({
    kind: fc.constant('freezeout' as const),
    shape: fc.constantFrom('linear' as const, 'squared' as const, 'cubic' as const),
    t0: fc.double({ min: 0.01, max: 1, noNaN: true }),
    scaled: fc.boolean(),
  }),
  curve.map((points): Policy => ({ kind: 'freezeout', shape: 'curve', points, scaled: true })),
  fc.record({
    kind: fc.constant('random-times' as const),
    draw: fc.nat(),
    earliest: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    scaled: fc.boolean(),
  }),
);

describe('any policy', () => {
  const layerCounts = fc.integer({ min: 2, max: 60 });
  const stepCounts = fc.integer({ min: 1, max: 400 });

  it('freezes at the first step j > t_i, front to back', () => {
    fc.assert(
      fc.property(anyPolicy, layerCounts, stepCounts, (policy, layerCount, steps) => {
        const { ratios, freezeSteps } = scheduleOf(policy, {
          layerNames: layerNames(layerCount),
          learningRate: 0.1,
          steps,
          stepsPerEpoch: steps,
        });
        ratios.forEach((ratio, layer) => {
          const found = Array.from({ length: steps }, (_, step) => step).find((step) => step > steps * ratio);
          expect(freezeSteps[layer]).toBe(layer === layerCount - 1 ? null : (found ?? null));
        });
        const order = freezeSteps.map((step) => step ?? Number.POSITIVE_INFINITY);
        expect(order).toEqual([...order].sort((a, b) => a - b));
        expect(freezeSteps.at(-1)).toBeNull();
      }),
    );
  });

  it('has frozen at a step just the layers whose freeze step has come, and never thaws one', () => {
    fc.assert(
      fc.property(anyPolicy, layerCounts, stepCounts, (policy, layerCount, steps) => {
        const schedule = scheduleOf(policy, {
          layerNames: layerNames(layerCount),
          learningRate: 0.1,
          steps,
          stepsPerEpoch: steps,
        });
        let before = 0;
        for (let step = 0; step < steps; step++) {
          const frozen = schedule.frozenLayersAt(step);
          const due = schedule.freezeSteps.map((freezeStep) => freezeStep !== null && freezeStep <= step);
          expect(due).toEqual(due.map((_, layer) => layer < frozen));
          expect(frozen).toBeGreaterThanOrEqual(before);
          before = frozen;
        }
      }),
    );
  });

  it('trains no layer at a rate that is negative, above its first, or NaN', () => {
    fc.assert(
      fc.property(anyPolicy, layerCounts, stepCounts, (policy, layerCount, steps) => {
        const schedule = scheduleOf(policy, {
          layerNames: layerNames(layerCount),
          learningRate: 0.1,
          steps,
          stepsPerEpoch: steps,
        });
        for (let step = 0; step < steps; step++) {
          for (let layer = schedule.frozenLayersAt(step); layer < layerCount; layer++) {
            const rate = schedule.learningRateAt(layer, step);
            expect(rate >= 0 && rate <= schedule.initialLearningRates[layer]).toBe(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
