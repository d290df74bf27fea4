import { drawFigure, reportRequests } from '#core/figure/figure.ts';
import type { ReportSubjects } from '#core/figure/figure-kind.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import { figureLayoutSchema, figureRequestSchema } from '#core/figure/figure-request.ts';
import { svgFile } from './figure-files.ts';
import { registerFont } from './fonts.ts';
import type { Html } from './html.ts';
import { html, inlineSvg } from './html.ts';
import { paperLook } from './render-figure.ts';
import type { ReportData } from './report-data.ts';
import type { StudySource } from './study-source.ts';

const LAYOUT = figureLayoutSchema.parse({ widthMm: 174, heightMm: 105, fontPt: 8, caption: false });

/** The figures of a study that its report shows. */
export async function reportFigures(data: ReportData, source: StudySource): Promise<Html[]> {
  const figures: Html[] = [];
  for (const [index, request] of reportRequests(subjectsOf(data)).entries()) {
    figures.push(await drawnFigure(request, `${data.study.id}-${index + 1}`, source));
  }
  return figures;
}

/** One plot of all studies. */
export function acrossFigure(studies: readonly ReportData[], source: StudySource): Promise<Html> {
  const request = { kind: 'comparison', view: { studies: studies.map(({ study }) => study.id) } };
  return drawnFigure(figureRequestSchema.parse(request), 'across', source);
}

/** Draws a figure; `name` makes the ids within it unique on the page. */
async function drawnFigure(request: FigureRequest, name: string, source: StudySource): Promise<Html> {
  registerFont();
  const figure = await drawFigure(request, source, paperLook(LAYOUT));
  const svg = inlineSvg(svgFile({ figure, layout: LAYOUT }), name);
  return html`<figure>${svg}<figcaption>${figure.caption.join(' ')}</figcaption></figure>\n`;
}

function subjectsOf({ study, comparison, runs: all }: ReportData): ReportSubjects {
  const leftOut = new Set([...comparison.data.leftOut, ...comparison.weights.leftOut].map(({ runId }) => runId));
  const runs = all.filter(({ id }) => !leftOut.has(id));
  const trained = runs.filter((run) => run.hasEpochs);
  const equalTime = new Set<string | null>(
    study.arms.filter((arm) => arm.role === 'equal-time').map((arm) => arm.name),
  );
  const policies = comparison.arms.filter((arm) => arm.role === 'policy').map((arm) => arm.name);
  return {
    study: study.id,
    trained: trained.map((run) => run.id),
    timed: trained.filter((run) => !equalTime.has(run.arm)).map((run) => run.id),
    hasClasses: runs.some((run) => run.hasClasses),
    timelines: policies.flatMap((arm) => runs.find((run) => run.arm === arm && run.layers.length > 0)?.id ?? []),
  };
}
