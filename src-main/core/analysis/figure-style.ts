/** Okabe & Ito's colours, told apart by colour-blind readers too; black is the text's. Arms take them in this order. */
const ARM_COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#F0E442'] as const;

export const NEUTRAL = '#595959';
export const TEXT = '#1a1a1a';
export const PAPER = '#ffffff';
export const GRID = '#e6e6e6';

/** A Chart.js point: a shape that can be hollow, its turn in degrees, and its radius in CSS pixels. */
export interface Marker {
  readonly pointStyle: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'crossRot';
  readonly rotation: number;
  readonly pointRadius: number;
}

const CIRCLE: Marker = { pointStyle: 'circle', rotation: 0, pointRadius: 5 };

// Chart.js measures a shape by the circle around it: shapes with corners need more radius to look as large.
const MARKERS: readonly Marker[] = [
  CIRCLE,
  { pointStyle: 'rect', rotation: 0, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: 0, pointRadius: 6 },
  { pointStyle: 'rectRot', rotation: 0, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: 180, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: 90, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: -90, pointRadius: 6 },
];

export interface ArmStyle {
  readonly colour: string;
  readonly marker: Marker;
}

export const BASELINE_STYLE: ArmStyle = {
  colour: NEUTRAL,
  marker: { pointStyle: 'crossRot', rotation: 0, pointRadius: 8 },
};

/** Stands for every equal-time baseline in the legend. */
export const HOLLOW_STYLE: ArmStyle = { colour: NEUTRAL, marker: CIRCLE };

/** The look of the policy arm with this place in the study: past seven, colours come back with another marker. */
export function armStyle(place: number): ArmStyle {
  const round = Math.floor(place / ARM_COLOURS.length);
  return {
    colour: ARM_COLOURS[place % ARM_COLOURS.length],
    marker: MARKERS[(place + round) % MARKERS.length],
  };
}

/** The same colour, this opaque (0 to 1). */
export function faded(colour: string, opacity: number): string {
  const alpha = Math.round(255 * opacity)
    .toString(16)
    .padStart(2, '0');
  return `${colour}${alpha}`;
}
