import type { z } from 'zod';
import type { RunDetail } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { BuiltFigure, FigureLook, FigureSource } from './built-figure.ts';
import type { RunPlace } from './request-parts.ts';

/** A request as a module writes it: the schema fills in the rest. */
export interface WrittenRequest {
  readonly kind: string;
  readonly [option: string]: unknown;
}

/** Ids of what a figure shows: it is out of date when one of them changes. */
export interface FigureSubjects {
  readonly runs: readonly string[];
  readonly studies: readonly string[];
}

/** Where a figure stands on a page, and what it shows at first. */
interface PageChart<Request> {
  /** Tells the charts of a page apart. */
  readonly key: string;
  readonly title: string;
  readonly request: Request;
}

export interface RunChart<Request = WrittenRequest> extends PageChart<Request> {
  readonly tab: 'training' | 'layers' | 'profile' | 'time';
  /** Charts of a tab stand in the order of their places. */
  readonly place: number;
  /** Over both columns. */
  readonly isWide: boolean;
  /** In pixels. */
  readonly height: number;
}

/** A figure of all runs of a study that have something to draw, or of the one that is chosen there. */
export interface StudyChart extends PageChart<WrittenRequest> {
  readonly of: 'runs' | 'run';
}

/** What a report draws figures of: ids. */
export interface ReportSubjects {
  readonly study: string;
  /** Runs with a finished epoch. */
  readonly trained: readonly string[];
  /** Those of them that are not equal-time baselines, which only end earlier than the baseline. */
  readonly timed: readonly string[];
  /** The first run of each policy whose layers are known. */
  readonly timelines: readonly string[];
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
  /** Events within an epoch after which the figure is out of date. */
  events(request: Request): readonly RunEvent['type'][];
  /** Of its file, without the ending. */
  fileName(request: Request): string;
  /** Reads the numbers, and builds charts, caption and table. Throws 'not-found' where a run or study is gone. */
  draw(request: Request, source: FigureSource, look: FigureLook): Promise<BuiltFigure>;
  runCharts(run: RunDetail): readonly RunChart[];
  readonly studyCharts: readonly StudyChart[];
  reportRequests(subjects: ReportSubjects): readonly WrittenRequest[];
}

/** What most kinds have none of. */
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
