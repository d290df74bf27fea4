import type { FigureOrder } from '#contract/exporter.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { FigureFormat, FigureRequest } from '#core/figure/figure-request.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';

/** The plot of a study, as wide as a page. */
export function comparisonOrder(studyId: string, format: FigureFormat): FigureOrder {
  const view = comparisonViewSchema.parse({ studies: [studyId] });
  return pageWide({ kind: 'comparison', view, rangeX: null, rangeY: null }, format);
}

/** The plot of what each class pays for freezing. */
export function classCostsOrder(study: string, format: FigureFormat): FigureOrder {
  return pageWide({ kind: 'class-costs', study }, format);
}

/** The plot of test error over training time. */
export function errorVsTimeOrder(study: string, format: FigureFormat): FigureOrder {
  return pageWide({ kind: 'error-vs-time', study }, format);
}

/** The confusion matrix of a run's test images. */
export function matrixOrder(run: string, format: FigureFormat): FigureOrder {
  return pageWide({ kind: 'confusion-matrix', run, split: 'test' }, format);
}

function pageWide(figure: FigureRequest, format: FigureFormat): FigureOrder {
  return { figure, layout: figureLayoutSchema.parse({}), format };
}
