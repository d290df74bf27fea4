import type { ChartOptions } from 'chart.js';
import type { FigureRange } from './figure-scale.ts';
import { speedupTicks } from './figure-scale.ts';
import { GRID, NEUTRAL, TEXT } from './figure-style.ts';
import { decimal } from './quantity.ts';

/** Below, time saved in %; above, the same places as a speedup; at the left, the error delta in points. */
export function figureScales({ x, y }: FigureRange): NonNullable<ChartOptions<'scatter'>['scales']> {
  const ticks = { color: TEXT, includeBounds: false, maxRotation: 0 };
  const grid = { color: lineColour, tickColor: NEUTRAL };
  const border = { color: NEUTRAL };
  const speedups = speedupTicks(x);
  return {
    x: {
      ...x,
      type: 'linear',
      grid,
      border,
      ticks: { ...ticks, callback: (value, _index, all) => tickText(Number(value), all) },
      title: axisTitle('training time saved (wall clock, %)'),
    },
    speedup: {
      ...x,
      type: 'linear',
      axis: 'x',
      position: 'top',
      grid: { drawOnChartArea: false, tickColor: NEUTRAL },
      border,
      ticks: { color: TEXT, maxRotation: 0, callback: (_value, index) => speedups[index]?.label },
      afterBuildTicks: (axis) => {
        axis.ticks = [...speedups];
      },
      title: axisTitle('speedup'),
    },
    y: {
      ...y,
      type: 'linear',
      grid,
      border,
      ticks: {
        ...ticks,
        callback: (value, _index, all) => (Number(value) > 0 ? '+' : '') + tickText(Number(value), all),
      },
      title: axisTitle('error delta (points)'),
    },
  };
}

function axisTitle(text: string) {
  return { display: true, text, color: TEXT };
}

/** The lines through the origin are the baseline's: no time saved, no accuracy lost. */
function lineColour({ tick }: { readonly tick: { readonly value: number } }): string {
  return tick.value === 0 ? NEUTRAL : GRID;
}

/** All ticks with as many decimals as the step between two needs. */
function tickText(value: number, all: readonly { readonly value: number }[]): string {
  const step = all.length < 2 ? 1 : all[1].value - all[0].value;
  const decimals = [0, 1, 2].find((places) => isWhole(step * 10 ** places)) ?? 3;
  return decimal(value, decimals);
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
