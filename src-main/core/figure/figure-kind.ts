import type { z } from 'zod';
import type { RunDetail } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { BuiltFigure, FigureLook, FigureSource } from './built-figure.ts';
import type { RunPlace } from './request-parts.ts';

/** A request as a module writes it, from which the schema fills in the rest. */
export interface WrittenRequest {
  readonly kind: string;
  readonly [option: string]: unknown;
}

/** Ids of the subjects of a figure: it is out of date when one of them changes. */
export interface FigureSubjects {
  readonly runs: readonly string[];
  readonly studies: readonly string[];
}

/** A figure's place on a page, and what it shows at first. */
interface PageChart<Request> {
  /** Identifies the chart among those of its page. */
  readonly key: string;
  readonly title: string;
  readonly request: Request;
}

export interface RunChart<Request = WrittenRequest> extends PageChart<Request> {
  readonly tab: 'training' | 'layers' | 'profile' | 'time' | 'classes' | 'machine';
  /** Charts of a tab stand in the order of their places. */
  readonly place: number;
  /** Whether the chart spans both columns. */
  readonly isWide: boolean;
  /** Height of the chart in pixels. */
  readonly height: number;
}

/** A figure of a study, of its classes, of all its runs that have something to draw, or of the run that is chosen there. */
export interface StudyChart extends PageChart<WrittenRequest> {
  readonly of: 'study' | 'classes' | 'runs' | 'run';
}

/** Ids of everything that a report can draw figures of. */
export interface ReportSubjects {
  readonly study: string;
  /** Runs with a finished epoch. */
  readonly trained: readonly string[];
  /** The `trained` runs without equal-time baselines, which take as long per epoch as the baseline and only end earlier. */
  readonly timed: readonly string[];
  /** The first run of each policy whose layers are known. */
  readonly timelines: readonly string[];
  /** Whether the predictions of some run for the test images were counted. */
  readonly hasClasses: boolean;
}

/**
 * One sort of figure: what can be asked of it, what it reads, how it is drawn and where it is shown. Page, exporter, report and
 * terminal loop over the registry (`figures.ts`). What it draws consists of Chart.js's line, scatter and bar charts and of
 * error bars (`chart-parts.ts`), which all exports know.
 */
export interface FigureKind<Request extends { readonly kind: string } = { readonly kind: string }> {
  readonly kind: Request['kind'];
  readonly schema: z.ZodType<Request>;
  /** What the x axis can count; none where that cannot be chosen. */
  readonly places: readonly RunPlace[];
  subjects(request: Request): FigureSubjects;
  /** The events within an epoch that put the figure out of date. */
  events(request: Request): readonly RunEvent['type'][];
  /** What it shows, in the name of its file: 'comparison'. The names of its subjects come before it. */
  fileName(request: Request): string;
  /** Reads the numbers, and builds charts, caption and table. Throws 'not-found' where a run or study is gone. */
  draw(request: Request, source: FigureSource, look: FigureLook): Promise<BuiltFigure>;
  runCharts(run: RunDetail): readonly RunChart[];
  readonly studyCharts: readonly StudyChart[];
  reportRequests(subjects: ReportSubjects): readonly WrittenRequest[];
}

/** The members of a kind that is shown on no page and in no report. */
export const SHOWN_NOWHERE = {
  studyCharts: [],
  events: () => [],
  runCharts: () => [],
  reportRequests: () => [],
} as const;

export function ofRun(request: { readonly kind: string; readonly run: string }): FigureSubjects {
  return { runs: [request.run], studies: [] };
}

export function ofRuns(request: { readonly kind: string; readonly runs: readonly string[] }): FigureSubjects {
  return { runs: request.runs, studies: [] };
}
