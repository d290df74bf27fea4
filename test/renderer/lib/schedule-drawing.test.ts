import { expect, it } from 'vitest';
import { plannedSchedule } from '#core/policy/planned-schedule.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { LayerRecord } from '#core/records.ts';
import type { DrawnArm } from '../../../src-renderer/lib/schedule-drawing.ts';
import { activePath, axisEnd, rateCurves } from '../../../src-renderer/lib/schedule-drawing.ts';
import { layerNames } from '../../support/layer-names.ts';

const layer = (
  index: number,
  freezeStep: number | null,
  initialLearningRate = 0.1,
  unfreezeStep: number | null = null,
) => ({
  ...{ index, name: `layer${index}`, params: 1, macs: 1 },
  ...{ freezeStep, unfreezeStep, initialLearningRate },
});

function drawn(policy: Policy, layers: readonly LayerRecord[]): DrawnArm {
  const length = { layerNames: layerNames(layers.length), steps: 100, stepsPerEpoch: 10 };
  const schedule = plannedSchedule({ policy, optimizer: { learningRate: 0.1 } }, length);
  return { schedule, layers, steps: 100, learningRate: 0.1 };
}

it('draws a step for every layer, and the head to the end', () => {
  expect(activePath([layer(0, 25), layer(1, 50), layer(2, null)], 100)).toBe(
    'M0,0L0.25,0L0.25,1L0.5,1L0.5,2L1,2L1,3L0,3Z',
  );
  const shrinking = [layer(0, 0), layer(1, 0, 0.1, 40), layer(2, 0, 0.1, 20), layer(3, null)];
  expect(activePath(shrinking, 100)).toBe('M0,3L0.2,3L0.2,2L0.4,2L0.4,1L1,1L1,4L0,4Z');
});

it('draws the rates that train, until each layer freezes', () => {
  const policy = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true } as const;
  const layers = [layer(0, 51), layer(1, 76), layer(2, null)];
  const curves = rateCurves(drawn(policy, layers));
  expect(curves.map(({ depth }) => depth)).toEqual([0, 0.5, 1]);
  // lr_0(0) = 0.1 / 0.5; at the last step before the freeze, j = 50 = t_0, it is 0.
  expect(curves[0].points[0]).toEqual([0, 0.2]);
  expect(curves[0].points.at(-1)?.[0]).toBe(0.5);
  expect(curves[0].points.at(-1)?.[1]).toBeCloseTo(0, 12);
  expect(curves[2].points.at(-1)?.[0]).toBe(0.99);
});

it('draws the corner in which a warm-up ends', () => {
  const policy = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false, warmupEpochs: 3 } as const;
  const layers = [layer(0, 66), layer(1, null)];
  const [first] = rateCurves(drawn(policy, layers));
  expect(first.points[0]).toEqual([0, 0]);
  expect(Math.max(...first.points.map(([, rate]) => rate))).toBe(0.1);
  expect(first.points.find(([, rate]) => rate === 0.1)?.[0]).toBe(0.3);
  const places = first.points.map(([x]) => x);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it('chooses among many layers, the first and the last always', () => {
  const layers = Array.from({ length: 500 }, (_, index) => layer(index, null));
  const curves = rateCurves(drawn({ kind: 'none' }, layers));
  expect(curves).toHaveLength(20);
  expect(curves[0].layer.index).toBe(0);
  expect(curves.at(-1)?.layer.index).toBe(499);
});

it('ends an axis at a round number', () => {
  expect([0.1, 0.195, 0.8, 0.81, 3, 1e-7, 0].map(axisEnd)).toEqual([0.1, 0.2, 0.8, 1, 4, 1e-7, 1]);
});
