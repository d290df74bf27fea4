import { z } from 'zod';
import { groupedBy } from '#core/grouped.ts';
import type { RunDetail, RunSummary } from '#core/records.ts';
import { notYet } from '#core/run.ts';
import type { Series } from '#core/series/series.ts';
import type { CurveSeries } from '#core/series/series-lists.ts';
import { CHART_SERIES, factorOf, seriesNamed } from '#core/series/series-lists.ts';
import { valueAxis } from './axes.ts';
import { bandDatasets } from './band-datasets.ts';
import type { BuiltFigure, FigureLook, FigurePoint, FigureSource, FigureTable } from './built-figure.ts';
import { runIds, studyNames } from './caption.ts';
import { runDatasets } from './curve-datasets.ts';
import type { ArmOrder, DrawnRun } from './curve-series.ts';
import { curveGroups } from './curve-series.ts';
import type { FigureKind, ReportSubjects, RunChart } from './figure-kind.ts';
import { ofRuns, SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import type { Range } from './figure-range.ts';
import { chosenRange, frameAround, rangeOf } from './figure-range.ts';
import { paletteOf } from './palette.ts';
import { curveAxes, RUN_PLACES, subjectId } from './request-parts.ts';
import { plannedEnd, runAxis } from './run-axis.ts';

const schema = z.strictObject({
  kind: z.literal('curves'),
  runs: z.array(subjectId).min(1).max(1000),
  series: z.enum(CHART_SERIES).default('validationError'),
  /** Weight of the moving average, 0 for none; the raw line stays under it. */
  smoothing: z.number().min(0).max(0.999).default(0),
  /** Whether runs that differ only by seed become one band: their mean and its 95 % interval. */
  bands: z.boolean().default(false),
  ...curveAxes,
});
type Request = z.infer<typeof schema>;

/** The request that all figures of curves have in common: a series along the training of runs. */
export interface ShownCurves extends Omit<Request, 'kind' | 'series'> {
  readonly series: CurveSeries;
  /** Whether a value holds for the whole of its epoch. */
  readonly isStepped?: boolean;
}

/** All the numbers of a figure of curves. */
export interface CurveNumbers {
  /** All runs that were asked for and are there, also those without a point. */
  readonly runs: readonly RunSummary[];
  readonly drawn: readonly DrawnRun[];
  readonly armOrder: ArmOrder;
}

export async function readCurves(request: ShownCurves, source: FigureSource): Promise<CurveNumbers> {
  const [runs, curves] = await Promise.all([
    source.rows(request.runs),
    source.curves({
      runs: request.runs,
      series: request.series,
      buckets: bucketsFor(request.runs.length),
      smoothing: request.smoothing,
    }),
  ]);
  const byId = groupedBy(curves, ({ runId }) => runId);
  const drawn = runs.flatMap((run) =>
    (byId.get(run.id) ?? []).filter(({ last }) => last.length > 0).map((curve) => ({ run, curve })),
  );
  return { runs, drawn, armOrder: await armOrderOf(runs, source) };
}

/** A chart has only some hundred distinct columns of pixels, so more buckets show nothing; a thousand lines need fewer still. */
function bucketsFor(runs: number): number {
  if (runs <= 20) return 600;
  return runs <= 100 ? 400 : 200;
}

/** The order of arms if all runs are of one study; the arms of several studies take their colours in turn. */
async function armOrderOf(runs: readonly RunSummary[], source: FigureSource): Promise<ArmOrder> {
  const ids = [...new Set(runs.map((run) => run.studyId))];
  const [id] = ids;
  if (ids.length !== 1 || id === null) return new Map();
  const { arms } = await source.study(id);
  return new Map([[id, arms.filter((arm) => arm.role === 'policy').map((arm) => arm.name)]]);
}

/** Draws a series of one or many runs along their training. */
export function curveFigure(numbers: CurveNumbers, request: ShownCurves, look: FigureLook): BuiltFigure {
  const { runs, drawn, armOrder } = numbers;
  const palette = paletteOf(look);
  const series = seriesNamed(request.series);
  const groups = curveGroups(drawn, armOrder, palette);
  const { bands: hasBands, isStepped = false } = request;
  const options = { x: request.x, factor: factorOf(series), palette, stepped: isStepped };
  const datasets = hasBands ? bandDatasets(groups, options) : runDatasets(groups, options);
  const last = Math.max(0, ...drawn.map(({ curve }) => curve[request.x].at(-1) ?? 0));
  const scales = {
    x: runAxis(request, { look, palette, last, planned: plannedEnd(runs, request.x) }),
    y: valueAxis({
      title: series.axis,
      look,
      palette,
      range: { ...(hasBands && !request.logY ? bandFrame(datasets) : {}), ...chosenRange(request.rangeY) },
      isLog: request.logY,
    }),
  };
  const titles = drawn.length === 0 ? [notYet('No epoch has ended', runs)] : [];
  // The table is made on demand: the rows of a thousand curves would delay the chart.
  let table: FigureTable | null = null;
  const configuration = configurationOf('line', datasets, figureOptions({ look, palette, scales, titles }));
  return {
    panels: [{ title: null, configuration }],
    columns: 1,
    caption: captionOf(drawn, request, series),
    get table() {
      table ??= tableOf(drawn, series);
      return table;
    },
  };
}

/** The frame around the means. With few seeds, intervals may reach out of it; it goes below zero only where a mean does. */
function bandFrame(datasets: readonly FigureDataset[]): Partial<Range> {
  const heights = (isShade: boolean) =>
    datasets
      .filter((one) => (one.borderWidth === 0) === isShade)
      .flatMap((one) => one.data.map((point) => (point as FigurePoint).y).filter(Number.isFinite));
  const means = heights(false);
  if (means.length === 0) return {};
  const { min, max } = frameAround(means, heights(true), 0);
  return { min: rangeOf(means).min >= 0 ? Math.max(0, min) : min, max };
}

function captionOf(drawn: readonly DrawnRun[], request: ShownCurves, series: Series): string[] {
  const runCount = new Set(drawn.map(({ run }) => run.id)).size;
  const names = studyNames(drawn.map(({ run }) => run.studyName));
  const what = `${names === '' ? '' : `${names}: `}${series.axis} of ${runCount} ${runCount === 1 ? 'run' : 'runs'}`;
  return [`${[what, ...markTexts(drawn, request)].join('; ')}.`, ...runIds(drawn.map(({ run }) => run.id))];
}

const SEED_DASHES = 'dashes tell seeds apart';

function markTexts(drawn: readonly DrawnRun[], request: ShownCurves): string[] {
  const hasDashes = drawn.some(({ run }, index) => drawn.findIndex((other) => other.run.arm === run.arm) !== index);
  if (request.isStepped) return hasDashes ? [SEED_DASHES] : [];
  const isReduced = drawn.some(({ curve }) => curve.points > curve.last.length);
  return [
    ...(hasDashes && !request.bands ? [SEED_DASHES] : []),
    ...(request.bands ? ['lines are means over seeds, shades their 95 % intervals (Student t)'] : []),
    ...(request.smoothing > 0
      ? [`moving average of weight ${request.smoothing}${request.bands ? '' : ' over the raw line'}`]
      : []),
    ...(isReduced && !request.bands ? ['points are the last of their bucket'] : []),
  ];
}

/** One row per point as the database has it, reduced to buckets where there are more points than a figure shows. */
function tableOf(drawn: readonly DrawnRun[], series: Series): FigureTable {
  const factor = factorOf(series);
  const hasLayers = series.of === 'layer';
  const names = ['', '_low', '_high', '_smooth'].map((ending) => `${series.fileColumn}${ending}`);
  return {
    columns: ['runId', 'study', 'arm', 'seed', ...(hasLayers ? ['layer'] : []), 'epoch', 'step', 'seconds', ...names],
    rows: drawn.flatMap(({ run, curve }) =>
      curve.last.map((value, index) => [
        run.id,
        run.studyName,
        run.arm,
        run.spec.seed,
        ...(hasLayers ? [curve.layer] : []),
        curve.epoch[index],
        curve.step[index],
        curve.seconds[index],
        factor * value,
        factor * curve.low[index],
        factor * curve.high[index],
        curve.smooth === null ? null : factor * curve.smooth[index],
      ]),
    ),
  };
}

/** A chart for each series that curves can show; a measured series only where the run has it. */
function runCharts({ id, epochs }: RunDetail): RunChart[] {
  return CHART_SERIES.flatMap((key): RunChart[] => {
    const { per, stored, chart } = seriesNamed(key);
    const isMissing =
      stored === 'metrics' && per === 'epoch' && epochs.every(({ metrics }) => metrics?.[key] === undefined);
    if (chart === null || isMissing) return [];
    const request = { kind: 'curves', runs: [id], series: key, x: per };
    const { title, place, tab = 'training' } = chart;
    return [{ key, title, request, tab, place, isWide: false, height: tab === 'machine' ? 200 : 280 }];
  });
}

export const curves = {
  ...SHOWN_NOWHERE,
  kind: 'curves',
  schema,
  places: RUN_PLACES,
  subjects: ofRuns,
  events: ({ series }: Request) => (seriesNamed(series).per === 'step' ? ['step.sampled' as const] : []),
  fileName: ({ series }: Request) => seriesNamed(series).name.replaceAll(' ', '-'),
  draw: async (request: Request, source, look) => curveFigure(await readCurves(request, source), request, look),
  runCharts,
  studyCharts: [{ key: 'curves', title: 'Validation error', of: 'runs', request: { kind: 'curves', bands: true } }],
  reportRequests: ({ trained: runs }: ReportSubjects) => {
    const request = { kind: 'curves', runs, bands: true };
    return runs.length === 0 ? [] : [request, { ...request, x: 'seconds' }];
  },
} as const satisfies FigureKind<Request>;
