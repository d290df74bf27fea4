import type { BuiltFigure, FigureLook, FigureSource } from './built-figure.ts';
import { comparisonFigure, readStudies } from './comparison-figure.ts';
import { curveFigure, readCurves } from './curve-figure.ts';
import type { FigureRequest } from './figure-request.ts';
import { freezeTimeline } from './freeze-timeline-figure.ts';
import { learningRatesFigure } from './learning-rates-figure.ts';
import { stepProfileFigure } from './step-profile-figure.ts';
import { STEP_TIME_BUCKETS, stepTimesFigure } from './step-times-figure.ts';

/**
 * Reads what a figure needs and builds it, for the page and for paper alike. Whoever draws it has Chart.js know: line, scatter
 * and bar controllers with their elements, linear and logarithmic scales, Filler, Legend, Title, and ScatterWithErrorBars.
 */
export async function drawFigure(request: FigureRequest, source: FigureSource, look: FigureLook): Promise<BuiltFigure> {
  switch (request.kind) {
    case 'comparison':
      return comparisonFigure(await readStudies(request.view.studies, source), request, look);
    case 'curves':
    case 'epoch-times':
      return curveFigure(await readCurves(request, source), request, look);
    case 'freeze-timeline':
      return freezeTimeline(await source.run(request.run), request, look);
    case 'learning-rates':
      return learningRatesFigure(await source.run(request.run), request, look);
    case 'step-profile':
      return stepProfileFigure(await source.run(request.run), look);
    case 'step-times': {
      const [run, times] = await Promise.all([
        source.run(request.run),
        source.stepTimes(request.run, STEP_TIME_BUCKETS),
      ]);
      return stepTimesFigure({ run, times }, request, look);
    }
  }
}
