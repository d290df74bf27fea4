import type { Chart, Plugin } from 'chart.js';
import type { FigurePoint } from '#core/figure/built-figure.ts';

/** What the others keep of their ink while one is highlighted. */
const FADED = 0.15;

type Points = readonly (Partial<FigurePoint> | null)[];

/**
 * While a run or an arm is highlighted, everything that is not of it fades, unless nothing in the chart is. Only the drawing
 * changes: the data sets stay as they are, so that a thousand lines answer the pointer.
 */
export function fading(highlighted: () => string | null): Plugin {
  let names = new WeakMap<object, ReadonlySet<string>>();
  const namesOf = (data: Points) => {
    const known = names.get(data) ?? namesIn(data);
    names.set(data, known);
    return known;
  };
  const isMeant = (chart: Chart, index: number) => {
    const name = highlighted();
    const data = chart.data.datasets[index]?.data as Points | undefined;
    return name !== null && data !== undefined && namesOf(data).has(name);
  };
  let isFading = false;
  return {
    id: 'fading',
    afterUpdate: () => {
      names = new WeakMap();
    },
    beforeDatasetsDraw: (chart) => {
      isFading = highlighted() !== null && chart.data.datasets.some((_, index) => isMeant(chart, index));
    },
    beforeDatasetDraw: (chart, { index }) => {
      if (isFading && !isMeant(chart, index)) chart.ctx.globalAlpha = FADED;
    },
    afterDatasetDraw: (chart) => {
      chart.ctx.globalAlpha = 1;
    },
  };
}

function namesIn(points: Points): ReadonlySet<string> {
  const names = new Set<string>();
  for (const point of points) {
    if (point?.runId !== undefined) names.add(point.runId);
    if (point?.arm !== undefined) names.add(point.arm);
  }
  return names;
}
