import type { FigureOrder } from '#contract/exporter.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';

/** The plot of a study, as wide as a page. */
export function comparisonOrder(studyId: string, format: FigureFormat): FigureOrder {
  const view = comparisonViewSchema.parse({ studies: [studyId] });
  return {
    figure: { kind: 'comparison', view, rangeX: null, rangeY: null },
    layout: figureLayoutSchema.parse({}),
    format,
  };
}
