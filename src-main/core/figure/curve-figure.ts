import { groupedBy } from '#core/grouped.ts';
import type { RunSummary } from '#core/records.ts';
import type { Series } from '#core/series/series.ts';
import { factorOf, seriesNamed } from '#core/series/series-lists.ts';
import { valueAxis } from './axes.ts';
import { bandDatasets } from './band-datasets.ts';
import type { BuiltFigure, FigureLook, FigurePoint, FigureSource, FigureTable } from './built-figure.ts';
import { runIds, studyNames } from './caption.ts';
import { runDatasets } from './curve-datasets.ts';
import type { ArmOrder, DrawnRun } from './curve-series.ts';
import { curveGroups } from './curve-series.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import type { Range } from './figure-range.ts';
import { chosenRange, frameAround, rangeOf } from './figure-range.ts';
import type { FigureRequestOf } from './figure-request.ts';
import { paletteOf } from './palette.ts';
import { runAxis } from './run-axis.ts';

type Request = FigureRequestOf<'curves'> | FigureRequestOf<'epoch-times'>;

function seriesOf(request: Request): Series {
  return seriesNamed(request.kind === 'epoch-times' ? 'epochSeconds' : request.series);
}

/** All numbers of a figure of curves. */
export interface CurveNumbers {
  readonly drawn: readonly DrawnRun[];
  readonly armOrder: ArmOrder;
}

export async function readCurves(request: Request, source: FigureSource): Promise<CurveNumbers> {
  const isEpochTimes = request.kind === 'epoch-times';
  const [runs, curves] = await Promise.all([
    source.rows(request.runs),
    source.curves({
      runs: request.runs,
      series: isEpochTimes ? 'epochSeconds' : request.series,
      buckets: bucketsFor(request.runs.length),
      smoothing: isEpochTimes ? 0 : request.smoothing,
    }),
  ]);
  const byId = groupedBy(curves, ({ runId }) => runId);
  const drawn = runs.flatMap((run) =>
    (byId.get(run.id) ?? []).filter(({ last }) => last.length > 0).map((curve) => ({ run, curve })),
  );
  return { drawn, armOrder: await armOrderOf(runs, source) };
}

/** A chart is not wider than some hundred pixels that differ; a thousand lines need fewer yet. */
function bucketsFor(runs: number): number {
  if (runs <= 20) return 600;
  return runs <= 100 ? 400 : 200;
}

/** Only of one study: the arms of several take their colours in turn. */
async function armOrderOf(runs: readonly RunSummary[], source: FigureSource): Promise<ArmOrder> {
  const ids = [...new Set(runs.map((run) => run.studyId))];
  const [id] = ids;
  if (ids.length !== 1 || id === null) return new Map();
  const { arms } = await source.study(id);
  return new Map([[id, arms.filter((arm) => arm.role === 'policy').map((arm) => arm.name)]]);
}

/** A series of one or many runs along their training; epoch times are drawn as steps, since they fall at freezes. */
export function curveFigure({ drawn, armOrder }: CurveNumbers, request: Request, look: FigureLook): BuiltFigure {
  const palette = paletteOf(look);
  const series = seriesOf(request);
  const groups = curveGroups(drawn, armOrder, palette);
  const hasBands = request.kind === 'curves' && request.bands;
  const options = { x: request.x, factor: factorOf(series), palette, stepped: request.kind === 'epoch-times' };
  const datasets = hasBands ? bandDatasets(groups, options) : runDatasets(groups, options);
  const last = Math.max(0, ...drawn.map(({ curve }) => curve[request.x].at(-1) ?? 0));
  const scales = {
    x: runAxis(request, { look, palette, last }),
    y: valueAxis({
      title: series.axis,
      look,
      palette,
      range: { ...(hasBands && !request.logY ? bandFrame(datasets) : {}), ...chosenRange(request.rangeY) },
      isLog: request.logY,
    }),
  };
  const titles = drawn.length === 0 ? ['No epoch has ended yet.'] : [];
  // Made when it is asked for: a thousand curves have more rows than a chart has time for.
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

/** Around the means; with few seeds, intervals may leave it, and never show errors or losses below zero. */
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

function captionOf(drawn: readonly DrawnRun[], request: Request, series: Series): string[] {
  const runCount = new Set(drawn.map(({ run }) => run.id)).size;
  const names = studyNames(drawn.map(({ run }) => run.studyName));
  const what = `${names === '' ? '' : `${names}: `}${series.axis} of ${runCount} ${runCount === 1 ? 'run' : 'runs'}`;
  return [`${[what, ...markTexts(drawn, request)].join('; ')}.`, ...runIds(drawn.map(({ run }) => run.id))];
}

const SEED_DASHES = 'dashes tell seeds apart';

function markTexts(drawn: readonly DrawnRun[], request: Request): string[] {
  const hasDashes = drawn.some(({ run }, index) => drawn.findIndex((other) => other.run.arm === run.arm) !== index);
  if (request.kind === 'epoch-times') return hasDashes ? [SEED_DASHES] : [];
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

/** A row a point, as the database has it, reduced to buckets where there are more points than a figure shows. */
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
