import type { FigureLook } from './built-figure.ts';

/** The colours of a figure. Those of the page are the tokens of src-renderer/page.css. */
export interface Palette {
  readonly ground: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  /** The colour of the baseline, and of everything else that belongs to no arm. */
  readonly neutral: string;
  readonly frozen: string;
  readonly active: string;
  readonly bad: string;
  /** The colours of arms and other series, in this order. */
  readonly series: readonly string[];
}

/** Okabe & Ito's colours, also distinct to colour-blind readers, without black, the colour of text. All stand out from both grounds. */
const OKABE_ITO = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#F0E442'] as const;
/** Greys as far from each other as print and photocopies allow. */
const GREYS = ['#000000', '#7a7a7a', '#444444', '#9c9c9c', '#222222', '#5e5e5e', '#8b8b8b'] as const;
const GREYS_ON_DARK = ['#ffffff', '#8f8f8f', '#c4c4c4', '#6f6f6f', '#e2e2e2', '#a9a9a9', '#7f7f7f'] as const;

const PALETTES: Readonly<Record<FigureLook['theme'], Palette>> = {
  light: {
    ground: '#ffffff',
    text: '#1a1a1c',
    muted: '#5c5c66',
    grid: '#e8e8ec',
    neutral: '#5c5c66',
    frozen: '#2f7fb8',
    active: '#c8641b',
    bad: '#b3261e',
    series: OKABE_ITO,
  },
  dark: {
    ground: '#151517',
    text: '#ececee',
    muted: '#a3a3ad',
    grid: '#2a2a2e',
    neutral: '#a3a3ad',
    frozen: '#6db3e2',
    active: '#eb9a5b',
    bad: '#ff8a80',
    series: OKABE_ITO,
  },
  paper: {
    ground: '#ffffff',
    text: '#000000',
    muted: '#404040',
    grid: '#e6e6e6',
    neutral: '#595959',
    frozen: '#2f7fb8',
    active: '#c8641b',
    bad: '#b3261e',
    series: OKABE_ITO,
  },
};

export function paletteOf({ theme, greySafe }: FigureLook): Palette {
  const palette = PALETTES[theme];
  if (!greySafe) return palette;
  return theme === 'dark'
    ? { ...palette, frozen: '#8a8a8a', active: '#f2f2f2', bad: '#ffffff', series: GREYS_ON_DARK }
    : { ...palette, frozen: '#8c8c8c', active: '#303030', bad: '#000000', series: GREYS };
}

/** The same colour with this opacity (0 to 1). */
export function faded(colour: string, opacity: number): string {
  const alpha = Math.round(255 * opacity)
    .toString(16)
    .padStart(2, '0');
  return `${colour}${alpha}`;
}

/** The same colour for a series behind others: half grey, and half as far from the ground. */
export function receding(colour: string, { neutral, ground }: Palette): string {
  return blended(blended(colour, neutral, 0.5), ground, 0.5);
}

/** An opaque colour between two: a share of 0 is the first, 1 the second. */
export function blended(first: string, second: string, share: number): string {
  const mixed = [1, 3, 5].map((place) => {
    const [from, to] = [first, second].map((colour) => Number.parseInt(colour.slice(place, place + 2), 16));
    return Math.round(from + share * (to - from))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}
