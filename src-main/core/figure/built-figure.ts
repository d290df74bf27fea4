import type { ChartConfiguration } from 'chart.js';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import type { Curve, RunDetail, RunSummary, StepTimes, StudyRecord } from '#core/records.ts';
import type { CurveSeries } from '#core/series/series-lists.ts';

/** The look of a figure: on the page in its theme, or on paper. */
export interface FigureLook {
  readonly theme: 'light' | 'dark' | 'paper';
  /** Font size of ticks and labels, in CSS pixels. */
  readonly fontPx: number;
  readonly greySafe: boolean;
}

/** A point's place and what it stands for, which the page highlights and opens. */
export interface FigurePoint {
  readonly x: number;
  readonly y: number;
  readonly runId?: string | undefined;
  readonly arm?: string | undefined;
  readonly studyId?: string | undefined;
  /** A remark on the point, in addition to its place. */
  readonly note?: string | undefined;
  /** What is said of the point instead of its place: a title, then lines. */
  readonly text?: readonly string[] | undefined;
}

/** What a data set may have in addition to the properties that Chart.js knows. */
export interface NamedSeries {
  /** The name of a series that the legend has no room for. */
  readonly seriesName?: string;
}

export interface FigurePanel {
  /** The title of the panel; null where there is only one. */
  readonly title: string | null;
  readonly configuration: ChartConfiguration;
}

/** The numbers of a figure, as its CSV file has them. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A figure ready to be drawn, on the page or on paper. */
export interface BuiltFigure {
  readonly panels: readonly FigurePanel[];
  /** Number of panels side by side. */
  readonly columns: number;
  /** Number of lines of text that a panel needs one below the other, where it would have to be higher for them. */
  readonly panelLines?: number;
  /** Lines under the figure: its subject, n, the level of the intervals, the ids of the runs. */
  readonly caption: readonly string[];
  readonly table: FigureTable;
}

export interface CurveQuery {
  readonly runs: readonly string[];
  readonly series: CurveSeries;
  readonly buckets: number;
  readonly smoothing: number;
}

/** The source of a figure's numbers: a client of the contract, on the page and in the exporter alike. */
export interface FigureSource {
  study(id: string): Promise<StudyRecord>;
  compare(id: string): Promise<Comparison>;
  classCosts(id: string): Promise<ClassCosts>;
  run(id: string): Promise<RunDetail>;
  /** The predictions for the validation and the test images; empty where they were not counted. */
  predictions(run: string): Promise<readonly Predictions[]>;
  /** The rows of these runs, in this order; runs that are gone are left out. */
  rows(ids: readonly string[]): Promise<readonly RunSummary[]>;
  /** The curves of these runs, in this order, one per layer for a series of layers; runs that are gone are left out. */
  curves(query: CurveQuery): Promise<readonly Curve[]>;
  stepTimes(run: string, buckets: number): Promise<StepTimes>;
}
