import type { ChartOptions, Scale } from 'chart.js';
import { decimal } from '#core/analysis/quantity.ts';
import type { FigureLook } from './built-figure.ts';
import type { Range } from './figure-range.ts';
import type { Palette } from './palette.ts';

export type Scales = NonNullable<ChartOptions['scales']>;
export type ScaleOptions = NonNullable<Scales[string]>;

interface AxisSettings {
  readonly title: string;
  readonly look: FigureLook;
  readonly palette: Palette;
  readonly range?: Partial<Range>;
  readonly isLog?: boolean;
  /** Whether values are differences: then those above zero carry a plus sign. */
  readonly isSigned?: boolean;
  /** Whether only whole numbers make sense, as for epochs, steps and layers. */
  readonly isWhole?: boolean;
}

/** An axis whose ticks carry as many decimals as they need, and whose line at zero is darker than the others. */
export function valueAxis(settings: AxisSettings): ScaleOptions {
  return settings.isLog === true ? logAxis(settings) : linearAxis(settings);
}

function linearAxis({
  title,
  look,
  palette,
  range = {},
  isSigned = false,
  isWhole = false,
}: AxisSettings): ScaleOptions {
  return {
    ...range,
    ...lines(palette),
    type: 'linear',
    title: axisTitle({ title, look, palette }),
    afterBuildTicks: (scale) => {
      scale.ticks = niceTicks(scale, mostTicks(scale, look.fontPx), isWhole ? 1 : 0).map((value) => ({ value }));
    },
    ticks: {
      ...tickLook(look, palette),
      callback: (value, _index, all) => (isSigned && Number(value) > 0 ? '+' : '') + tickText(Number(value), all),
    },
  };
}

function logAxis({ title, look, palette, range = {} }: AxisSettings): ScaleOptions {
  return {
    ...range,
    ...lines(palette),
    type: 'logarithmic',
    title: axisTitle({ title, look, palette }),
    ticks: {
      ...tickLook(look, palette),
      callback: (value, _index, all) => logTickText(Number(value), all),
    },
  };
}

function lines(palette: Palette) {
  return {
    grid: {
      // By default a bar chart puts the grid lines between two bars.
      offset: false,
      color: ({ tick }: { readonly tick?: { readonly value: number } }) =>
        tick?.value === 0 ? palette.neutral : palette.grid,
      tickColor: palette.neutral,
    },
    border: { color: palette.neutral },
  };
}

export function tickLook(look: FigureLook, palette: Palette) {
  return { color: palette.text, maxRotation: 0, font: { size: look.fontPx } };
}

export function axisTitle({ title, look, palette }: Pick<AxisSettings, 'title' | 'look' | 'palette'>) {
  return { display: true, text: title, color: palette.text, font: { size: look.fontPx } };
}

/** Labels stand one below the other on the left axis, and side by side on the bottom axis. */
function mostTicks(scale: Scale, fontPx: number): number {
  return scale.isHorizontal() ? scale.width / (4.2 * fontPx) : scale.height / (1.9 * fontPx);
}

const NICE_STEPS = [1, 2, 5, 10];

/** Multiples of 1, 2 or 5 times a power of ten within a range, at least `leastStep` apart. */
export function niceTicks({ min, max }: Range, most: number, leastStep = 0): number[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span)) return [min];
  const least = Math.max(leastStep, span / Math.max(3, most));
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * (NICE_STEPS.find((size) => size * power >= least * (1 - 1e-9)) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.max(0, Math.floor(max / step + 1e-9) - first + 1);
  // Rounding makes 3 * 0.1 give 0.3.
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

type Ticks = readonly { readonly value: number }[];

/** Every tick gets as many decimals as the step between two ticks needs. */
export function tickText(value: number, all: Ticks): string {
  const step = all.length < 2 ? value : all[1].value - all[0].value;
  const decimals = [0, 1, 2, 3, 4, 5, 6].find((places) => isWholeNumber(step * 10 ** places)) ?? 7;
  if (decimals === 7) return value === 0 ? '0' : value.toExponential(1).replace('-', '−');
  return grouped(decimal(value, decimals));
}

/** Labels whole powers of ten; on an axis of less than two powers, also their multiples by 2 and 5. */
function logTickText(value: number, all: Ticks): string {
  const decades = Math.log10(all[all.length - 1].value / all[0].value);
  const lead = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
  const isShown = lead === 1 || (decades < 2 && (lead === 2 || lead === 5));
  return isShown ? plainNumber(value) : '';
}

function plainNumber(value: number): string {
  if (value >= 1e6 || value < 1e-4) return value.toExponential(0).replace('e+', 'e').replace('-', '−');
  return grouped(String(Number(value.toPrecision(6))));
}

/** A thin space between thousands, from five digits on. */
function grouped(text: string): string {
  return text.replace(/^(\D?)(\d{5,})/, (_, sign: string, digits: string) => {
    return sign + digits.replace(/\B(?=(\d{3})+$)/g, '\u2009');
  });
}

function isWholeNumber(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}
