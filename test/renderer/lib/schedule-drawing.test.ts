import { expect, it } from 'vitest';
import { activePath, axisEnd, freezeShare, rateCurves } from '../../../src-renderer/lib/schedule-drawing.ts';

const layer = (index: number, freezeStep: number | null, initialLearningRate = 0.1) => ({
  ...{ index, name: `layer${index}`, params: 1, macs: 1 },
  ...{ freezeStep, initialLearningRate },
});

it('draws a step for every layer, and the head to the end', () => {
  expect(activePath([layer(0, 25), layer(1, 50), layer(2, null)], 100)).toBe(
    'M0,0L0.25,0L0.25,1L0.5,1L0.5,2L1,2L1,3L0,3Z',
  );
  expect(freezeShare(layer(0, 25), 100)).toBe(0.25);
  expect(freezeShare(layer(0, null), 100)).toBeNull();
});

it('draws the rates that train, until each layer freezes', () => {
  const policy = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true } as const;
  const layers = [layer(0, 51), layer(1, 76), layer(2, null)];
  const curves = rateCurves({ policy, layers, steps: 100, stepsPerEpoch: 10, learningRate: 0.1 });
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
  const [first] = rateCurves({ policy, layers, steps: 100, stepsPerEpoch: 10, learningRate: 0.1 });
  expect(first.points[0]).toEqual([0, 0]);
  expect(Math.max(...first.points.map(([, rate]) => rate))).toBe(0.1);
  expect(first.points.find(([, rate]) => rate === 0.1)?.[0]).toBe(0.3);
  const places = first.points.map(([x]) => x);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it('chooses among many layers, the first and the last always', () => {
  const layers = Array.from({ length: 500 }, (_, index) => layer(index, null));
  const curves = rateCurves({ policy: { kind: 'none' }, layers, steps: 100, stepsPerEpoch: 10, learningRate: 0.1 });
  expect(curves).toHaveLength(20);
  expect(curves[0].layer.index).toBe(0);
  expect(curves.at(-1)?.layer.index).toBe(499);
});

it('ends an axis at a round number', () => {
  expect([0.1, 0.195, 0.8, 0.81, 3, 1e-7, 0].map(axisEnd)).toEqual([0.1, 0.2, 0.8, 1, 4, 1e-7, 1]);
});
