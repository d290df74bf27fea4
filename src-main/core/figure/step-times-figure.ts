import { z } from 'zod';
import { policyName } from '#core/policy/policy.ts';
import type { RunDetail, StepTimes } from '#core/records.ts';
import { notYet } from '#core/run.ts';
import { otherMs, stepMs, waitMs } from '#core/series/step-phases.ts';
import type { ScaleOptions } from './axes.ts';
import { valueAxis } from './axes.ts';
import type { BuiltFigure, FigureLook, FigureTable } from './built-figure.ts';
import { runCaption, runIds } from './caption.ts';
import type { FigureKind } from './figure-kind.ts';
import { ofRun, SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import { chosenRange } from './figure-range.ts';
import type { Palette } from './palette.ts';
import { faded, paletteOf } from './palette.ts';
import { curveAxes, RUN_PLACES, subjectId } from './request-parts.ts';
import { placeOfStep, plannedEnd, runAxis } from './run-axis.ts';
import { dashOf } from './series-style.ts';

const schema = z.strictObject({ kind: z.literal('step-times'), run: subjectId, ...curveAxes });
type Request = z.infer<typeof schema>;

const PHASES = [stepMs, waitMs, otherMs];

/** Greys of the three phases that print keeps apart. */
const GREY_SHADES = [0.1, 0.45, 0.25] as const;

const STEP_TIME_BUCKETS = 200;

/** Milliseconds per step, its phases stacked; on the right axis, how many layers were frozen. */
function stepTimesFigure(
  { run, times }: { readonly run: RunDetail; readonly times: StepTimes },
  request: Request,
  look: FigureLook,
): BuiltFigure {
  const palette = paletteOf(look);
  const places = times.step.map((step) => placeOfStep(step, request.x, run));
  const scales = {
    x: runAxis(request, { look, palette, last: places.at(-1) ?? 0, planned: plannedEnd([run], request.x) }),
    y: msAxis(request, look, palette),
    frozen: frozenAxis(run, look, palette),
  };
  // A grey line would drown in the grey areas.
  const lineColour = look.greySafe ? palette.text : palette.frozen;
  const areas = PHASES.map((_, index) => ({
    colour: palette.series[index],
    shade: look.greySafe ? faded(palette.text, GREY_SHADES[index]) : faded(palette.series[index], 0.35),
  }));
  const titles = places.length === 0 ? [notYet('No step has been sampled', [run])] : [];
  const datasets = [frozenLine(places, times, lineColour), ...phaseAreas(places, times, areas)];
  const configuration = configurationOf('line', datasets, figureOptions({ look, palette, scales, titles }));
  const caption = [
    `Time of a step of ${runCaption(run, policyName(run.spec.policy))}, means of sampled steps.`,
    ...runIds([run.id]),
  ];
  return { panels: [{ title: null, configuration }], columns: 1, caption, table: tableOf(run, times) };
}

/** A log axis has no zero, so only the linear axis begins there. */
function msAxis({ rangeY, logY }: Request, look: FigureLook, palette: Palette): ScaleOptions {
  const axis = valueAxis({ title: 'ms per step', look, palette, range: chosenRange(rangeY), isLog: logY });
  return { ...axis, stacked: true, ...(logY ? {} : { beginAtZero: true }) } as ScaleOptions;
}

function frozenAxis(run: RunDetail, look: FigureLook, palette: Palette): ScaleOptions {
  return {
    ...valueAxis({
      title: 'frozen layers',
      look,
      palette,
      range: { min: 0, max: Math.max(1, run.layerCount) },
      isWhole: true,
    }),
    axis: 'y',
    position: 'right',
    grid: { drawOnChartArea: false, tickColor: palette.neutral },
  } as ScaleOptions;
}

interface AreaColours {
  readonly colour: string;
  readonly shade: string;
}

function phaseAreas(places: readonly number[], times: StepTimes, colours: readonly AreaColours[]): FigureDataset[] {
  return PHASES.map(({ name, key }, index) => {
    const { colour, shade } = colours[index];
    return {
      type: 'line',
      label: name,
      data: times[key].map((y, place) => ({ x: places[place], y })),
      fill: index === 0 ? 'origin' : '-1',
      stack: 'ms',
      pointRadius: 0,
      pointHitRadius: 4,
      pointStyle: 'rect',
      borderColor: colour,
      borderWidth: 1,
      borderDash: [...dashOf(index)],
      backgroundColor: shade,
    } as FigureDataset;
  });
}

function frozenLine(places: readonly number[], { frozenLayers }: StepTimes, colour: string): FigureDataset {
  return {
    type: 'line',
    yAxisID: 'frozen',
    label: 'frozen layers (right)',
    data: frozenLayers.map((y, place) => ({ x: places[place], y })),
    stack: 'frozen',
    stepped: 'before',
    pointRadius: 0,
    pointHitRadius: 4,
    pointStyle: 'line',
    borderColor: colour,
    borderWidth: 2,
  } as FigureDataset;
}

function tableOf(run: RunDetail, times: StepTimes): FigureTable {
  return {
    columns: ['runId', 'step', 'epoch', 'wait_ms', 'step_ms', 'other_ms', 'frozenLayers'],
    rows: times.step.map((step, index) => [
      run.id,
      step,
      step / run.stepsPerEpoch,
      times.waitMs[index],
      times.stepMs[index],
      times.otherMs[index],
      times.frozenLayers[index],
    ]),
  };
}

/** Milliseconds per step by phase: waiting for the batch, the step, everything else. */
export const stepPhases = {
  ...SHOWN_NOWHERE,
  kind: 'step-times',
  schema,
  places: RUN_PLACES,
  subjects: ofRun,
  events: () => ['step.sampled' as const],
  fileName: () => 'step-times',
  async draw(request: Request, source, look) {
    const [run, times] = await Promise.all([source.run(request.run), source.stepTimes(request.run, STEP_TIME_BUCKETS)]);
    return stepTimesFigure({ run, times }, request, look);
  },
  runCharts: ({ id: run }: RunDetail) => [
    {
      key: 'step-times',
      title: 'Time of a step by phase',
      request: { kind: 'step-times', run, x: 'step' },
      ...{ tab: 'time', place: 10, isWide: true, height: 320 },
    },
  ],
} as const satisfies FigureKind<Request>;
