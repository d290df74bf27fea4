import { kindNamed } from '#core/kind.ts';
import type { RunDetail } from '#core/records.ts';
import type { BuiltFigure, FigureLook, FigureSource } from './built-figure.ts';
import type { FigureKind, ReportSubjects, RunChart, StudyChart } from './figure-kind.ts';
import type { FigureRequest } from './figure-request.ts';
import { figureRequestSchema } from './figure-request.ts';
import { FIGURES } from './figures.ts';

const ALL: readonly FigureKind[] = FIGURES;

export function figureKindOf({ kind }: FigureRequest): FigureKind {
  return kindNamed(ALL, kind);
}

/** Reads the numbers of a figure and builds it, for the page and for paper alike. */
export function drawFigure(request: FigureRequest, source: FigureSource, look: FigureLook): Promise<BuiltFigure> {
  return figureKindOf(request).draw(request, source, look);
}

/** The charts on the page of a run. */
export function runCharts(run: RunDetail): readonly RunChart<FigureRequest>[] {
  return ALL.flatMap((kind) => kind.runCharts(run))
    .map((chart) => ({ ...chart, request: figureRequestSchema.parse(chart.request) }))
    .sort((one, other) => one.place - other.place);
}

/** The charts on the page of a study, apart from its comparison. */
export const STUDY_CHARTS: readonly StudyChart[] = ALL.flatMap(({ studyCharts }) => studyCharts);

export function reportRequests(subjects: ReportSubjects): FigureRequest[] {
  return ALL.flatMap((kind) => kind.reportRequests(subjects)).map((request) => figureRequestSchema.parse(request));
}
