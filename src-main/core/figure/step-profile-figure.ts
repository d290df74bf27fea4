import { z } from 'zod';
import { policyName } from '#core/policy/policy.ts';
import type { RunDetail, RunProfile } from '#core/records.ts';
import { predictedRatio } from '#core/training/profile-savings.ts';
import { valueAxis } from './axes.ts';
import type { BuiltFigure, FigureLook, FigureTable } from './built-figure.ts';
import { runCaption, runIds } from './caption.ts';
import { errorBars } from './error-bars.ts';
import type { FigureKind } from './figure-kind.ts';
import { ofRun, SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import { paletteOf } from './palette.ts';
import { subjectId } from './request-parts.ts';

const schema = z.strictObject({ kind: z.literal('step-profile'), run: subjectId });
type Request = z.infer<typeof schema>;

const NO_PROFILE = 'This run has no profile of its step times: it is too short, older, or has not begun.';

/** Step time at each freeze depth, in % of the unfrozen step: as measured, with the middle half of its pairs, and as predicted. */
function stepProfileFigure(run: RunDetail, look: FigureLook): BuiltFigure {
  const palette = paletteOf(look);
  const { profile } = run;
  const scales = {
    x: valueAxis({
      title: 'frozen layers',
      look,
      palette,
      range: { min: 0, max: Math.max(1, run.layerCount - 1) },
      isWhole: true,
    }),
    y: { ...valueAxis({ title: 'step, % of the unfrozen one', look, palette }), beginAtZero: true, suggestedMax: 100 },
  };
  const titles = profile === null ? [NO_PROFILE] : [];
  const datasets =
    profile === null
      ? []
      : [
          measuredPoints(profile, palette.active),
          pairRanges(profile, palette.active),
          predictedLine(run, profile, palette.neutral),
        ];
  const configuration = configurationOf('scatter', datasets, figureOptions({ look, palette, scales, titles }));
  const caption = [
    `Step times of ${runCaption(run, policyName(run.spec.policy))} at its freeze depths, measured before its first step: medians over pairs with an unfrozen step, and the middle half of the pairs.`,
    ...runIds([run.id]),
  ];
  return { panels: [{ title: null, configuration }], columns: 1, caption, table: tableOf(run) };
}

function measuredPoints({ depths }: RunProfile, colour: string): FigureDataset {
  return {
    type: 'scatter',
    label: 'measured',
    data: [{ x: 0, y: 100 }, ...depths.map(({ frozenLayers, ratio }) => ({ x: frozenLayers, y: 100 * ratio.median }))],
    pointStyle: 'circle',
    pointRadius: 4,
    // Markers at the edges are drawn whole.
    clip: 6,
    backgroundColor: colour,
    borderColor: colour,
  } as FigureDataset;
}

function pairRanges({ depths }: RunProfile, colour: string): FigureDataset {
  return errorBars(
    depths.map(({ frozenLayers, ratio }) => ({
      ...{ x: frozenLayers, y: 100 * ratio.median },
      ...{ yMin: 100 * ratio.low, yMax: 100 * ratio.high },
    })),
    colour,
  );
}

/** The prediction at every depth up to the last measured one, so that its shape shows. */
function predictedLine({ layers }: RunDetail, { depths }: RunProfile, colour: string): FigureDataset {
  const macs = layers.map((layer) => layer.macs);
  const deepest = depths.at(-1)?.frozenLayers ?? 0;
  return {
    type: 'scatter',
    label: 'predicted from multiply-adds',
    data: Array.from({ length: deepest + 1 }, (_, x) => ({ x, y: 100 * predictedRatio(macs, x) })),
    showLine: true,
    pointRadius: 0,
    pointHitRadius: 4,
    pointStyle: 'line',
    borderColor: colour,
    borderWidth: 1.5,
    borderDash: [4, 3],
  } as FigureDataset;
}

/** One row per depth, the unfrozen step first. */
function tableOf({ id, layers, profile }: RunDetail): FigureTable {
  const macs = layers.map((layer) => layer.macs);
  const columns = ['runId', 'frozenLayers', 'steps', 'step_ms_min', 'step_ms_median'];
  const ratios = ['ratio', 'ratio_low', 'ratio_high', 'ratio_predicted'];
  if (profile === null) return { columns: [...columns, ...ratios], rows: [] };
  const whole = { frozenLayers: 0, ...profile.unfrozen, ratio: { low: null, median: 1, high: null } };
  return {
    columns: [...columns, ...ratios],
    rows: [whole, ...profile.depths].map(({ frozenLayers, steps, stepMs, ratio }) => [
      ...[id, frozenLayers, steps, stepMs.minimum, stepMs.median],
      ...[ratio.median, ratio.low, ratio.high, predictedRatio(macs, frozenLayers)],
    ]),
  };
}

/** Step time at each freeze depth, measured and predicted. */
export const stepProfiles = {
  ...SHOWN_NOWHERE,
  kind: 'step-profile',
  schema,
  places: [],
  subjects: ofRun,
  fileName: () => 'step-profile',
  draw: async ({ run }: Request, source, look) => stepProfileFigure(await source.run(run), look),
  runCharts: ({ id: run, profile }: RunDetail) =>
    profile === null || profile.depths.length === 0
      ? []
      : [
          {
            key: 'step-profile',
            title: 'Step at each freeze depth',
            request: { kind: 'step-profile', run },
            ...{ tab: 'profile', place: 10, isWide: true, height: 280 },
          },
        ],
} as const satisfies FigureKind<Request>;
