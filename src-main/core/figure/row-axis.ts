import type { ScaleOptions } from './axes.ts';
import { axisTitle, tickLook } from './axes.ts';
import type { FigureLook } from './built-figure.ts';
import { shortened } from './labels.ts';
import type { Palette } from './palette.ts';

/** Longer names lose their middle. */
export const LONGEST_ROW_NAME = 20;

interface RowAxis {
  readonly title: string;
  /** The name of each row, the first one on top, or of each column, the first one at the left. */
  readonly names: readonly string[];
  readonly look: FigureLook;
  readonly palette: Palette;
}

/** An axis of named rows, which stand at whole numbers from 0 on. */
export function rowAxis(axis: RowAxis): ScaleOptions {
  return { ...namedAxis(axis), reverse: true };
}

/** An axis of named columns. Names that are too long to stand side by side are turned. */
export function columnAxis(axis: RowAxis): ScaleOptions {
  const { ticks, ...others } = namedAxis(axis);
  return { ...others, ticks: { ...ticks, maxRotation: 90 } } as ScaleOptions;
}

function namedAxis({ title, names, look, palette }: RowAxis): ScaleOptions {
  const last = Math.max(1, names.length) - 1;
  return {
    type: 'linear',
    offset: false,
    min: -0.5,
    max: last + 0.5,
    grid: { display: false, offset: false },
    border: { color: palette.neutral },
    title: axisTitle({ title, look, palette }),
    afterBuildTicks: (scale) => {
      scale.ticks = Array.from({ length: last + 1 }, (_, row) => ({ value: row }));
    },
    ticks: {
      ...tickLook(look, palette),
      autoSkip: true,
      autoSkipPadding: 0,
      callback: (value) => shortened(names[Number(value)] ?? '', LONGEST_ROW_NAME),
    },
  };
}
