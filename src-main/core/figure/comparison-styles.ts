import type { ShownArm } from './comparison-arms.ts';
import { valuesOf } from './comparison-arms.ts';
import type { ComparisonKey } from './comparison-view.ts';
import type { Palette } from './palette.ts';
import type { SeriesStyle } from './series-style.ts';
import { baselineStyle, seriesStyle } from './series-style.ts';

/** The styles of a comparison by what its colours distinguish, and what the legend says of them. */
export interface KeyStyles {
  readonly styleOf: (arm: ShownArm) => SeriesStyle;
  readonly legend: readonly { readonly label: string; readonly style: SeriesStyle }[];
}

/** More arms than these have no marker of their own. */
const MOST_MARKERS = 7;

/**
 * Colours and markers take turns over the values of the key. Where colours stand for studies, markers stand for arms, so that the
 * same arm is found again in every study. A baseline, which belongs to all values, has its own style.
 */
export function keyStyles(arms: readonly ShownArm[], colourBy: ComparisonKey, palette: Palette): KeyStyles {
  const values = valuesOf(arms, colourBy);
  const names = colourBy === 'study' ? valuesOf(arms, 'arm') : [];
  const hasArmMarkers = names.length > 1 && names.length <= MOST_MARKERS;
  const markerAt = (place: number) => seriesStyle(place, palette).marker;
  const colourStyle = (place: number): SeriesStyle => {
    const style = seriesStyle(place, palette);
    return hasArmMarkers ? { ...style, marker: markerAt(0) } : style;
  };
  return {
    styleOf: ({ keys }) => {
      if (keys === null) return baselineStyle(palette);
      const style = colourStyle(values.indexOf(keys[colourBy]));
      return hasArmMarkers ? { ...style, marker: markerAt(names.indexOf(keys.arm)) } : style;
    },
    legend: [
      ...values.map((label, place) => ({ label, style: colourStyle(place) })),
      ...(hasArmMarkers ? names : []).map((label, place) => ({
        label,
        style: { ...baselineStyle(palette), marker: markerAt(place) },
      })),
    ],
  };
}
