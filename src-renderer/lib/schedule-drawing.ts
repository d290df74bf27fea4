import { freezePhases, freezesOfLayers } from '#core/policy/cost.ts';
import type { Schedule } from '#core/policy/schedule.ts';
import { HIGH_START } from '#core/policy/start-rates.ts';
import type { LayerRecord } from '#core/records.ts';

/** The part of a timeline in which layers train, as an SVG path: x = 0..1 over the steps, one unit of y a layer, first on top. */
export function activePath(layers: readonly LayerRecord[], steps: number): string {
  const corners = freezePhases(freezesOfLayers(layers), steps).flatMap(({ firstStep, length, frozenLayers }) => [
    `${firstStep / steps},${frozenLayers}`,
    `${(firstStep + length) / steps},${frozenLayers}`,
  ]);
  return `M${corners.join('L')}L1,${layers.length}L0,${layers.length}Z`;
}

export interface RateCurve {
  readonly layer: LayerRecord;
  /** 0 for the first layer, 1 for the head. */
  readonly depth: number;
  /** x = 0..1 over the steps, y in learning rate. */
  readonly points: readonly (readonly [number, number])[];
}

/** Readers cannot tell more lines than these apart. */
const MOST_CURVES = 20;
const POINTS = 48;

export interface DrawnArm {
  readonly schedule: Schedule;
  readonly layers: readonly LayerRecord[];
  readonly steps: number;
  readonly learningRate: number;
}

/** Learning rates of the layers, or of evenly chosen ones where there are many, while each trains; none for one that never does. */
export function rateCurves({ schedule, layers, steps }: DrawnArm): readonly RateCurve[] {
  const last = layers.length - 1;
  return evenly(layers, MOST_CURVES).flatMap((layer) => {
    const points = drawnSteps(layer, steps, schedule.warmupSteps).map((step): readonly [number, number] => [
      step / steps,
      schedule.learningRateAt(layer.index, step),
    ]);
    return points.length === 0 ? [] : [{ layer, depth: layer.index / last, points }];
  });
}

/** Evenly from the first to the last step in which a layer trains, and the corner where a warm-up ends. */
function drawnSteps({ freezeStep, unfreezeStep }: LayerRecord, steps: number, warmUpEnd: number): readonly number[] {
  const start = freezeStep === 0 ? (unfreezeStep ?? steps) : 0;
  const end = freezeStep === 0 ? steps : (freezeStep ?? steps);
  if (start >= end) return [];
  const even = Array.from({ length: POINTS + 1 }, (_, index) =>
    Math.min(start + ((end - start) * index) / POINTS, end - 1),
  );
  if (warmUpEnd <= start || warmUpEnd >= end) return even;
  return [...even.filter((step) => step < warmUpEnd), warmUpEnd, ...even.filter((step) => step > warmUpEnd)];
}

/** First and last among them. */
function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))]);
}

/** The smallest of 1, 2, 2.5, 4, 5, 8 times a power of ten that is at least the value: where an axis ends. */
export function axisEnd(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 4, 5, 8].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(3));
}

/** The sizes of the chart of rates, in units of its SVG; left of it is room for a rate of fine-tuning, such as 0.000015. */
export const RATE_PLOT = { width: 360, height: 170, left: 60, right: 352, top: 8, bottom: 150 };

const TICKS = 4;

export interface RateDrawing {
  readonly ticks: readonly { readonly value: number; readonly y: number }[];
  /** Where the start rates begin that are dangerously high; null where none is near. */
  readonly dangerY: number | null;
  readonly curves: readonly { readonly layer: LayerRecord; readonly path: string; readonly colour: string }[];
}

/** The first layer in the cool tone of what freezes, the head in the warm one of what trains, the others between. */
export function rateDrawing(arm: DrawnArm): RateDrawing {
  const { left, right, top, bottom } = RATE_PLOT;
  const highest = Math.max(...arm.layers.map((layer) => layer.initialLearningRate));
  const end = axisEnd(highest);
  const yOf = (value: number) => bottom - (value / end) * (bottom - top);
  const danger = HIGH_START * arm.learningRate;
  return {
    ticks: Array.from({ length: TICKS + 1 }, (_, index) => (end * index) / TICKS).map((value) => ({
      value,
      y: yOf(value),
    })),
    dangerY: highest > danger ? yOf(danger) : null,
    curves: rateCurves(arm).map(({ layer, depth, points }) => ({
      layer,
      path: `M${points.map(([x, value]) => `${(left + x * (right - left)).toFixed(1)},${yOf(value).toFixed(1)}`).join('L')}`,
      colour: `color-mix(in oklab, var(--active) ${Math.round(100 * depth)}%, var(--frozen))`,
    })),
  };
}
