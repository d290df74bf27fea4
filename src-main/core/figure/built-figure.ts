import type { ChartConfiguration } from 'chart.js';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { Curve, RunDetail, RunSummary, StepTimes, StudyRecord } from '#core/records.ts';
import type { CurveSeries } from '#core/series/series-lists.ts';

/** How a figure looks: on the page in its theme, or on paper. */
export interface FigureLook {
  readonly theme: 'light' | 'dark' | 'paper';
  /** Of ticks and labels, in CSS pixels. */
  readonly fontPx: number;
  readonly greySafe: boolean;
}

/** Beside its place, what a point stands for: the page highlights and opens it. */
export interface FigurePoint {
  readonly x: number;
  readonly y: number;
  readonly runId?: string | undefined;
  readonly arm?: string | undefined;
  readonly studyId?: string | undefined;
  /** What is to be said of it beside its place. */
  readonly note?: string | undefined;
}

/** What a data set may say beside what Chart.js knows. */
export interface NamedSeries {
  /** Where the legend has no room for its name. */
  readonly seriesName?: string;
}

export interface FigurePanel {
  /** Of a facet; null where there is one panel only. */
  readonly title: string | null;
  readonly configuration: ChartConfiguration;
}

/** The numbers behind a figure, as its CSV file has them. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A figure ready to be drawn, on the page or on paper. */
export interface BuiltFigure {
  readonly panels: readonly FigurePanel[];
  /** Panels side by side. */
  readonly columns: number;
  /** Lines under the figure: what it shows, n, the level of the intervals, the ids of the runs. */
  readonly caption: readonly string[];
  readonly table: FigureTable;
}

export interface CurveQuery {
  readonly runs: readonly string[];
  readonly series: CurveSeries;
  readonly buckets: number;
  readonly smoothing: number;
}

/** Where the numbers of figures come from: the contract's client, on either side of it. */
export interface FigureSource {
  study(id: string): Promise<StudyRecord>;
  compare(id: string): Promise<Comparison>;
  run(id: string): Promise<RunDetail>;
  /** Of any number of runs, in this order; runs that are gone are left out. */
  rows(ids: readonly string[]): Promise<readonly RunSummary[]>;
  /** Of any number of runs, in this order, one a layer for a series of layers; runs that are gone are left out. */
  curves(query: CurveQuery): Promise<readonly Curve[]>;
  stepTimes(run: string, buckets: number): Promise<StepTimes>;
}
