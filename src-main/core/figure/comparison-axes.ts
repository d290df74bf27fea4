import type { Scales } from './axes.ts';
import { axisTitle, tickLook, valueAxis } from './axes.ts';
import type { FigureLook } from './built-figure.ts';
import type { ShownArm } from './comparison-arms.ts';
import type { ComparisonRequest, ComparisonView } from './comparison-view.ts';
import type { Range } from './figure-range.ts';
import { frameAround } from './figure-range.ts';
import type { Palette } from './palette.ts';
import { speedupTicks } from './speedup-ticks.ts';

const SAVED_TITLES: Readonly<Record<ComparisonView['saved'], string>> = {
  wall: 'training time saved (wall clock, %)',
  profile: 'training time saved (profile, %)',
  compute: 'training compute saved (predicted, %)',
};

const ERROR_TITLES: Readonly<Record<ComparisonView['error'], string>> = {
  points: 'error delta (points)',
  relative: 'relative error increase (%)',
};

export interface ComparisonFrame {
  /** The range of time saved, in %. */
  readonly x: Range;
  readonly y: Range;
}

/** The frame around the origin and all that is shown, the same for all panels. */
export function comparisonFrame(
  arms: readonly ShownArm[],
  { view, rangeX, rangeY }: ComparisonRequest,
): ComparisonFrame {
  const places = arms.flatMap(({ seeds, saved, error }) => [
    ...(view.seeds ? seeds : []),
    ...(saved === null || error === null ? [] : [{ x: saved, y: error }]),
  ]);
  const ends = view.intervals ? arms : [];
  const x = frameAround(
    [0, ...places.map((place) => place.x)],
    ends.flatMap((arm) => arm.savedInterval ?? []),
    4,
  );
  const y = frameAround(
    [0, ...places.map((place) => place.y)],
    ends.flatMap((arm) => arm.errorInterval ?? []),
    0.4,
  );
  // However wide an interval is, no more than all of the time can be saved.
  return { x: asRange(rangeX) ?? { ...x, max: Math.min(x.max, 100) }, y: asRange(rangeY) ?? y };
}

function asRange(chosen: readonly [number, number] | null): Range | null {
  return chosen === null ? null : { min: chosen[0], max: chosen[1] };
}

interface AxesContext {
  readonly look: FigureLook;
  readonly palette: Palette;
  /** Number of panels side by side: narrow ones have room for fewer ticks. */
  readonly columns: number;
}

/** The axes: time saved in % below, the same places as speedups above, the accuracy lost at the left. */
export function comparisonScales(frame: ComparisonFrame, view: ComparisonView, context: AxesContext): Scales {
  const { look, palette, columns } = context;
  return {
    x: valueAxis({ title: SAVED_TITLES[view.saved], look, palette, range: frame.x }),
    speedup: {
      ...frame.x,
      type: 'linear',
      axis: 'x',
      position: 'top',
      grid: { drawOnChartArea: false, tickColor: palette.neutral },
      border: { color: palette.neutral },
      // This axis follows the lower one when that is zoomed, so its ticks are made from the scale's own ends.
      afterBuildTicks: (scale) => {
        scale.ticks = speedupTicks(scale, 0.07 * columns);
      },
      ticks: { ...tickLook(look, palette), autoSkip: false, callback: speedupText },
      title: axisTitle({ title: 'speedup', look, palette }),
    },
    y: valueAxis({ title: ERROR_TITLES[view.error], look, palette, range: frame.y, isSigned: true }),
  };
}

function speedupText(value: number | string, _index: number, all: readonly { readonly value: number }[]): string {
  const speedups = all.map((tick) => 1 / (1 - tick.value / 100));
  const decimals = [0, 1].find((places) => speedups.every((one) => isWhole(one * 10 ** places))) ?? 2;
  return `${(1 / (1 - Number(value) / 100)).toFixed(decimals)}×`;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
