import { badRequest } from '#core/errors.ts';
import { RECORDED_SERIES } from './recorded-series.ts';
import type { Series } from './series.ts';

type Known = (typeof RECORDED_SERIES)[number];
type Summarized = Extract<Known, { readonly isSummarized: true }>;
type Charted = Exclude<Known, { readonly chart: null }>;

/** The key of a series. */
export type CurveSeries = Known['key'];
/** The key of a series whose last and best values the table of runs shows. */
export type EpochSeries = Summarized['key'];
/** The key of a series that figures of curves offer. */
export type ChartSeries = Charted['key'];

const ALL: readonly Series[] = RECORDED_SERIES;
const BY_KEY = new Map(ALL.map((series) => [series.key, series]));

/** The keys of all series, since every series has a curve. */
export const CURVE_SERIES: readonly CurveSeries[] = RECORDED_SERIES.map(({ key }) => key);

export const SUMMARIZED_SERIES: readonly Series<EpochSeries>[] = RECORDED_SERIES.filter(
  (series): series is Summarized => series.isSummarized,
);
export const EPOCH_SERIES: readonly EpochSeries[] = SUMMARIZED_SERIES.map(({ key }) => key);

/** The series that figures of curves offer, in the order of their charts. */
export const CHART_SERIES: readonly ChartSeries[] = RECORDED_SERIES.filter(
  (series): series is Charted => series.chart !== null,
)
  .toSorted((one, other) => one.chart.place - other.chart.place)
  .map(({ key }) => key);

/** The series of epochs that the table metrics keeps, for files and texts. */
export const MEASURED_EPOCH_SERIES = ALL.filter(({ per, stored }) => per === 'epoch' && stored === 'metrics');

/** Whether a series tells of the machine, and not of what was learned. */
export function isOfMachine({ chart }: Pick<Series, 'chart'>): boolean {
  return chart?.tab === 'machine';
}

/** The series of the machine, in the order of their charts. */
export const MACHINE_SERIES = MEASURED_EPOCH_SERIES.filter(isOfMachine);

/** Throws a bad request where there is no such series. */
export function seriesNamed(key: string): Series {
  const series = BY_KEY.get(key);
  if (series === undefined) throw badRequest(`There is no series "${key}": choose one of ${CURVE_SERIES.join(', ')}.`);
  return series;
}

/** The factor from a stored value to one that axes and tables write: 100 for percentages, which are stored as fractions. */
export function factorOf({ format }: Pick<Series, 'format'>): number {
  return format === 'percent' ? 100 : 1;
}
