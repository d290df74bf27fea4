import { cellBars, type RowBar } from './cells.ts';
import type { FigureDataset } from './figure-options.ts';
import type { Palette } from './palette.ts';
import { blended } from './palette.ts';
import type { LayerStory } from './run-schedule.ts';
import { trainedSpans } from './run-schedule.ts';

/** Number of shades for a learning rate between its start and zero. */
export const SHADES = 10;
/** How pale the last shade is: a layer about to freeze still differs from the paper. */
const PALEST = 0.86;

export interface Timeline {
  readonly story: LayerStory;
  readonly palette: Palette;
  readonly placeOf: (step: number) => number;
}

/** The bars of one run: the frozen part on top, then the shades, paler ones above warmer ones. */
export function layerBars(timeline: Timeline): FigureDataset[] {
  const { palette } = timeline;
  return [
    cellBars(frozenBars(timeline), palette.frozen),
    ...Array.from({ length: SHADES }, (_, index) => SHADES - 1 - index).map((shade) =>
      cellBars(shadeBars(timeline, shade), shadeColour(shade, palette)),
    ),
  ];
}

export function shadeColour(shade: number, { active, ground }: Palette): string {
  return blended(active, ground, (PALEST * shade) / (SHADES - 1));
}

/**
 * Each shade reaches from where the rate falls below its level to where the layer stops training, and paler shades lie on it, so neighbours
 * have no seam. lr/lr(0) = (1 + cos(pi j/t)) / 2 falls below f at j = t acos(2f - 1) / pi, counted from the end of the warm-up.
 */
function shadeBars({ story, placeOf }: Timeline, shade: number): RowBar[] {
  const share = Math.acos(2 * (1 - shade / SHADES) - 1) / Math.PI;
  return story.frozen.flatMap((_, layer) => {
    const { warmupSteps, rateEnds } = story.schedule;
    const start = warmupSteps + share * (rateEnds[layer] - warmupSteps);
    return trainedSpans(story, layer).flatMap(({ from, to }): RowBar[] =>
      start < to ? [{ x: [placeOf(Math.max(start, from)), placeOf(to)], y: layer }] : [],
    );
  });
}

function frozenBars({ story, placeOf }: Timeline): RowBar[] {
  return story.frozen.flatMap((span, layer): RowBar[] =>
    span !== null && span.from < span.to ? [{ x: [placeOf(span.from), placeOf(span.to)], y: layer }] : [],
  );
}
