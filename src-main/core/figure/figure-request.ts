import { z } from 'zod';
import { CHART_SERIES } from '#core/series/series-lists.ts';
import { comparisonViewSchema } from './comparison-view.ts';

const id = z.string().min(1).max(64);
const range = z.tuple([z.number(), z.number()]).nullable().default(null);

/** What every chart of curves can be told. */
const curveOptions = {
  x: z.enum(['epoch', 'step', 'seconds']).default('epoch'),
  logX: z.boolean().default(false),
  logY: z.boolean().default(false),
  /** The part that is shown; null for all. */
  rangeX: range,
  rangeY: range,
};

/**
 * A chart, as the page draws it and the exporter draws it again from the database. Ids only: no number of a figure ever
 * comes from the page.
 */
export const figureRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('comparison'), view: comparisonViewSchema, rangeX: range, rangeY: range }),
  z.strictObject({
    kind: z.literal('curves'),
    runs: z.array(id).min(1).max(1000),
    series: z.enum(CHART_SERIES).default('validationError'),
    /** Of the moving average, 0 for none; the raw line stays under it. */
    smoothing: z.number().min(0).max(0.999).default(0),
    /** Runs that differ only by seed as one band: their mean, and its 95 % interval. */
    bands: z.boolean().default(false),
    ...curveOptions,
  }),
  /** Training seconds of each epoch. */
  z.strictObject({ kind: z.literal('epoch-times'), runs: z.array(id).min(1).max(1000), ...curveOptions }),
  /** Layers x steps: the learning rate as shade, planned and actual freezes marked. */
  z.strictObject({ kind: z.literal('freeze-timeline'), run: id, x: z.enum(['epoch', 'step']).default('step') }),
  z.strictObject({ kind: z.literal('learning-rates'), run: id, ...curveOptions }),
  /** Milliseconds a step by phase: waiting for the batch, the step, everything else. */
  z.strictObject({ kind: z.literal('step-times'), run: id, ...curveOptions }),
  /** What a step lasts at each freeze depth, measured and predicted. */
  z.strictObject({ kind: z.literal('step-profile'), run: id }),
]);

export type FigureRequest = z.infer<typeof figureRequestSchema>;
export type FigureKind = FigureRequest['kind'];
export type FigureRequestOf<Kind extends FigureKind> = Extract<FigureRequest, { readonly kind: Kind }>;

/** Widths of a column and of a page of most journals, in mm. */
export const COLUMN_WIDTHS = [84, 174] as const;

/** How a figure is laid out on paper. */
export const figureLayoutSchema = z.strictObject({
  widthMm: z.number().min(40).max(400).default(174),
  heightMm: z.number().min(30).max(400).default(110),
  /** Of labels and ticks, in points. */
  fontPt: z.number().min(4).max(24).default(8),
  /** Tells series apart without colour too: greys, dashes, markers. */
  greySafe: z.boolean().default(false),
  caption: z.boolean().default(true),
});

export type FigureLayout = z.infer<typeof figureLayoutSchema>;

export const FIGURE_FORMATS = ['svg', 'pdf', 'png-300', 'png-600', 'pgfplots', 'csv'] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

/** `html` and `pdf` are the report, `spec` is what `lab study` reads. */
export const STUDY_FORMATS = ['html', 'pdf', 'csv', 'json', 'parquet', 'spec', 'ndjson'] as const;
export type StudyFormat = (typeof STUDY_FORMATS)[number];
/** Those that need no window: a PDF is printed by Chromium. */
export type StudyFileFormat = Exclude<StudyFormat, 'pdf'>;
