import { z } from 'zod';
import { percent } from '#core/analysis/quantity.ts';
import type { RunDetail } from '#core/records.ts';
import type { ScaleOptions } from './axes.ts';
import { axisTitle, tickLook } from './axes.ts';
import type { BuiltFigure, FigureLook, FigureTable } from './built-figure.ts';
import { runIds } from './caption.ts';
import { legendEntry } from './cells.ts';
import type { FigureKind, ReportSubjects } from './figure-kind.ts';
import { ofRun, SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import type { Timeline } from './freeze-bars.ts';
import { layerBars, SHADES, shadeColour } from './freeze-bars.ts';
import { shortened } from './labels.ts';
import type { Palette } from './palette.ts';
import { paletteOf } from './palette.ts';
import { subjectId } from './request-parts.ts';
import { placeOfStep, runAxis } from './run-axis.ts';
import type { LayerStory } from './run-schedule.ts';
import { layerName, layerStory, stepsByLayer, storyTitle } from './run-schedule.ts';

const PLACES = ['epoch', 'step'] as const;
const schema = z.strictObject({
  kind: z.literal('freeze-timeline'),
  run: subjectId,
  x: z.enum(PLACES).default('step'),
});
type Request = z.infer<typeof schema>;

const LONGEST_LAYER_NAME = 18;

/**
 * One row per layer, the stem on top: a shade of the warm tone shows its learning rate relative to its start, the cool tone shows
 * that it is frozen. Planned freezes and unfreezes are hollow, those that happened filled.
 */
function freezeTimeline(run: RunDetail, request: Request, look: FigureLook): BuiltFigure {
  const palette = paletteOf(look);
  const story = layerStory(run);
  const placeOf = (step: number) => placeOfStep(step, request.x, run);
  const timeline = { story, palette, placeOf };
  const end = placeOf(run.steps);
  const axis = runAxis({ x: request.x, logX: false, rangeX: null }, { look, palette, last: end });
  const scales = {
    // By default a bar chart leaves half a bar of room at its ends.
    x: { ...axis, min: 0, max: end, offset: false, grid: { ...axis.grid, offset: false } } as ScaleOptions,
    y: layerAxis(run, look, palette),
  };
  const titles = run.layers.length === 0 ? ['The layers are known once the run has begun.'] : [];
  const datasets = run.layers.length === 0 ? [] : timelineDatasets(timeline);
  const configuration = configurationOf('bar', datasets, figureOptions({ look, palette, scales, titles }));
  return { panels: [{ title: null, configuration }], columns: 1, caption: captionOf(story), table: tableOf(story) };
}

function layerAxis(run: RunDetail, look: FigureLook, palette: Palette): ScaleOptions {
  const last = Math.max(1, run.layers.length) - 1;
  return {
    type: 'linear',
    reverse: true,
    offset: false,
    min: -0.5,
    max: last + 0.5,
    grid: { display: false },
    border: { color: palette.neutral },
    title: axisTitle({ title: 'layer', look, palette }),
    // Ticks stand at whole layers; the scale's own ones would also fall between two.
    afterBuildTicks: (scale) => {
      scale.ticks = Array.from({ length: last + 1 }, (_, layer) => ({ value: layer }));
    },
    ticks: {
      ...tickLook(look, palette),
      autoSkip: true,
      callback: (value) => shortened(layerName(run, Number(value)), LONGEST_LAYER_NAME),
    },
  };
}

/** The first data set is drawn on top: signs, then the frozen part, then the shades, paler ones above warmer ones. */
function timelineDatasets(timeline: Timeline): FigureDataset[] {
  const { palette } = timeline;
  return [
    ...currentLine(timeline),
    ...CHANGES.flatMap((change) => [changeSigns(timeline, change, 'actual'), changeSigns(timeline, change, 'planned')]),
    ...legendOf(palette),
    ...layerBars(timeline),
  ];
}

function legendOf(palette: Palette): FigureDataset[] {
  return [
    legendEntry('training, start rate', shadeColour(0, palette)),
    legendEntry('rate near 0', shadeColour(SHADES - 1, palette)),
    legendEntry('frozen', palette.frozen),
  ];
}

/** What happens to a layer, the name of it, and the sign where it happened; where it was planned is a hollow circle. */
const CHANGES = [
  { planned: 'freezeSteps', actual: 'freezes', label: 'freeze', sign: 'rectRot' },
  { planned: 'unfreezeSteps', actual: 'unfreezes', label: 'unfreeze', sign: 'triangle' },
] as const;

function changeSigns(
  { story, palette, placeOf }: Timeline,
  change: (typeof CHANGES)[number],
  kind: 'planned' | 'actual',
): FigureDataset {
  const isPlanned = kind === 'planned';
  const places = isPlanned
    ? story.schedule[change.planned].flatMap((step, layer) => (step === null ? [] : [{ layer, step }]))
    : story.run[change.actual];
  const data = places.map(({ layer, step }) => ({ x: placeOf(step), y: layer, runId: story.run.id }));
  return {
    type: 'scatter',
    label: data.length === 0 ? '' : isPlanned ? `planned ${change.label}` : change.label,
    data,
    pointStyle: isPlanned ? 'circle' : change.sign,
    pointRadius: isPlanned ? 4 : 3,
    borderWidth: 1,
    borderColor: palette.text,
    backgroundColor: isPlanned ? 'transparent' : palette.text,
  } as FigureDataset;
}

/** A line at the current step of an unfinished run. */
function currentLine({ story, palette, placeOf }: Timeline): FigureDataset[] {
  const { currentStep, run } = story;
  if (currentStep === null) return [];
  const x = placeOf(currentStep);
  const data = [
    { x, y: -0.5 },
    { x, y: run.layers.length - 0.5 },
  ];
  return [
    {
      type: 'scatter',
      label: 'now',
      data,
      showLine: true,
      pointRadius: 0,
      pointStyle: 'line',
      borderColor: palette.text,
      borderWidth: 1.5,
      borderDash: [2, 2],
    } as FigureDataset,
  ];
}

function captionOf(story: LayerStory): string[] {
  const { run } = story;
  const saved = `${percent(run.computeSaved)} of the training compute saved as predicted`;
  return [
    `Freeze timeline of ${storyTitle(story)}: learning rate relative to each layer's start as shade; ${saved}.`,
    ...runIds([run.id]),
  ];
}

const COLUMNS = [
  ...['runId', 'layer', 'name', 'ratio', 'initialLearningRate', 'plannedFreezeStep', 'freezeStep'],
  ...['plannedUnfreezeStep', 'unfreezeStep'],
];

function tableOf({ run, schedule }: LayerStory): FigureTable {
  const [frozenAt, unfrozenAt] = [stepsByLayer(run.freezes), stepsByLayer(run.unfreezes)];
  return {
    columns: COLUMNS,
    rows: run.layers.map(({ index, name }) => [
      run.id,
      index,
      name,
      schedule.ratios[index],
      schedule.initialLearningRates[index],
      schedule.freezeSteps[index],
      frozenAt.get(index) ?? null,
      schedule.unfreezeSteps[index],
      unfrozenAt.get(index) ?? null,
    ]),
  };
}

const TITLE = 'Freeze timeline';

/** Layers by steps: shades show the learning rate, marks the planned and the actual freezes. */
export const freezeTimelines = {
  ...SHOWN_NOWHERE,
  kind: 'freeze-timeline',
  schema,
  places: PLACES,
  subjects: ofRun,
  events: () => ['layer.frozen' as const, 'layer.unfrozen' as const],
  fileName: () => 'freeze-timeline',
  draw: async (request: Request, source, look) => freezeTimeline(await source.run(request.run), request, look),
  runCharts: ({ id: run }: RunDetail) => [
    {
      key: 'freeze-timeline',
      title: TITLE,
      request: { kind: 'freeze-timeline', run },
      ...{ tab: 'training', place: 30, isWide: true, height: 320 },
    },
  ],
  studyCharts: [{ key: 'freeze-timeline', title: TITLE, of: 'run', request: { kind: 'freeze-timeline' } }],
  reportRequests: ({ timelines }: ReportSubjects) => timelines.map((run) => ({ kind: 'freeze-timeline', run })),
} as const satisfies FigureKind<Request>;
