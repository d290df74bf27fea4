import { z } from 'zod';
import type { RunDetail } from '#core/records.ts';
import { valueAxis } from './axes.ts';
import type { BuiltFigure, FigureLook, FigurePoint, FigureTable } from './built-figure.ts';
import { runIds } from './caption.ts';
import type { FigureKind } from './figure-kind.ts';
import { ofRun, SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import { chosenRange } from './figure-range.ts';
import { shortened } from './labels.ts';
import type { Palette } from './palette.ts';
import { blended, paletteOf } from './palette.ts';
import { curveAxes, RUN_PLACES, subjectId } from './request-parts.ts';
import { placeOfStep, runAxis } from './run-axis.ts';
import type { LayerStory, StepSpan } from './run-schedule.ts';
import { layerName, layerStory, storyTitle, trainedSpans } from './run-schedule.ts';
import { dashOf } from './series-style.ts';

const schema = z.strictObject({ kind: z.literal('learning-rates'), run: subjectId, ...curveAxes });
type Request = z.infer<typeof schema>;

/** Number of steps at which the schedule is read: a half cosine looks smooth with far fewer. */
const SAMPLES = 120;
/** Where there are more layers, only the first and the last are named. */
const MOST_NAMED_LAYERS = 8;

interface RatePoint {
  readonly step: number;
  readonly rate: number;
}

/** The rate of every layer, from the very functions that train; each line is drawn where its layer trains. */
function learningRatesFigure(run: RunDetail, request: Request, look: FigureLook): BuiltFigure {
  const palette = paletteOf(look);
  const story = layerStory(run);
  const placeOf = (step: number) => placeOfStep(step, request.x, run);
  const end = placeOf(run.steps);
  const rates = run.layers.map((_, layer) => ratesOf(story, layer));
  const points = rates.map((all) => all.map(({ step, rate }) => ({ x: placeOf(step), y: rate, runId: run.id })));
  const scales = {
    // The last rate is that of the last step, which begins before the end.
    x: runAxis(
      { ...request, rangeX: request.rangeX ?? (request.logX ? null : [0, end]) },
      { look, palette, last: end },
    ),
    y: valueAxis({
      title: 'learning rate',
      look,
      palette,
      range: chosenRange(request.rangeY),
      isLog: request.logY,
    }),
  };
  const titles = run.layers.length === 0 ? ['The layers are known once the run has begun.'] : [];
  const datasets =
    run.layers.length === 0 ? [] : [...changeSigns(story, placeOf, palette), ...rateLines(story, points, palette)];
  const configuration = configurationOf('line', datasets, figureOptions({ look, palette, scales, titles }));
  const caption = [`Learning rates of the layers of ${storyTitle(story)}, by its schedule.`, ...runIds([run.id])];
  return { panels: [{ title: null, configuration }], columns: 1, caption, table: tableOf(story, rates) };
}

/** The rates of a layer from the first to the last step of each stretch in which it trains. */
function ratesOf(story: LayerStory, layer: number): RatePoint[] {
  return trainedSpans(story, layer).flatMap(({ from, to }) => {
    const last = to - from - 1;
    const count = Math.min(SAMPLES, last) + 1;
    const steps = Array.from(
      { length: count },
      (_, index) => from + Math.round((last * index) / Math.max(1, count - 1)),
    );
    return steps.map((step) => ({ step, rate: story.schedule.learningRateAt(layer, step) }));
  });
}

function rateLines({ run }: LayerStory, points: readonly FigurePoint[][], palette: Palette): FigureDataset[] {
  const last = points.length - 1;
  const isNamed = (layer: number) => points.length <= MOST_NAMED_LAYERS || layer === 0 || layer === last;
  return points.map((data, layer) => {
    const colour = layerColour(layer / Math.max(1, last), palette);
    return {
      type: 'line',
      parsing: false,
      normalized: true,
      label: isNamed(layer) ? `${layer}: ${shortened(layerName(run, layer), 24)}` : '',
      seriesName: `layer ${layer}, ${layerName(run, layer)}`,
      data,
      pointStyle: 'line',
      pointRadius: 0,
      pointHitRadius: 4,
      borderColor: colour,
      borderWidth: layer === 0 || layer === last ? 2 : 1.25,
      borderDash: [...dashOf(points.length <= MOST_NAMED_LAYERS || layer === 0 ? layer : 0)],
    } as FigureDataset;
  });
}

/** The shade shows the order: front layers are warm, the last one is as dark as text. */
function layerColour(depth: number, { active, text, ground }: Palette): string {
  return depth < 0.5 ? blended(blended(active, ground, 0.25), active, 2 * depth) : blended(active, text, 2 * depth - 1);
}

/** Signs at the last rate before a freeze, and at the first one after an unfreeze. */
function changeSigns(story: LayerStory, placeOf: (step: number) => number, palette: Palette): FigureDataset[] {
  const { run, schedule } = story;
  const signs = (label: string, pointStyle: string, stepOf: (span: StepSpan) => number | null) => {
    const data = story.frozen.flatMap((span, layer): FigurePoint[] => {
      const step = span === null ? null : stepOf(span);
      return step === null ? [] : [{ x: placeOf(step), y: schedule.learningRateAt(layer, step), runId: run.id }];
    });
    return {
      type: 'scatter',
      label: data.length > 0 ? label : '',
      data,
      pointStyle,
      pointRadius: 4,
      borderColor: palette.text,
      borderWidth: 0.75,
      backgroundColor: palette.frozen,
    } as FigureDataset;
  };
  return [
    signs('freeze', 'rectRot', ({ from }) => (from > 0 && from < run.steps ? from - 1 : null)),
    signs('unfreeze', 'triangle', ({ to }) => (to < run.steps ? to : null)),
  ];
}

function tableOf({ run, schedule }: LayerStory, rates: readonly RatePoint[][]): FigureTable {
  return {
    columns: ['runId', 'layer', 'name', 'step', 'epoch', 'learningRate', 'freezeStep', 'unfreezeStep'],
    rows: rates.flatMap((points, layer) =>
      points.map(({ step, rate }) => [
        run.id,
        layer,
        layerName(run, layer),
        step,
        step / run.stepsPerEpoch,
        rate,
        schedule.freezeSteps[layer],
        schedule.unfreezeSteps[layer],
      ]),
    ),
  };
}

export const learningRates = {
  ...SHOWN_NOWHERE,
  kind: 'learning-rates',
  schema,
  places: RUN_PLACES,
  subjects: ofRun,
  events: () => ['layer.frozen' as const, 'layer.unfrozen' as const],
  fileName: () => 'learning-rates',
  draw: async (request: Request, source, look) => learningRatesFigure(await source.run(request.run), request, look),
  runCharts: ({ id: run }: RunDetail) => [
    {
      key: 'learning-rates',
      title: 'Learning rates of the layers',
      request: { kind: 'learning-rates', run, x: 'step' },
      ...{ tab: 'layers', place: 10, isWide: true, height: 320 },
    },
  ],
} as const satisfies FigureKind<Request>;
