import { z } from 'zod';
import { FIGURES } from './figures.ts';

const [first, ...others] = FIGURES;

/**
 * A chart, as the page draws it and the exporter draws it again from the database. It names what it shows by ids: no number of a
 * figure ever comes from the page.
 */
export const figureRequestSchema = z.discriminatedUnion('kind', [first.schema, ...others.map(({ schema }) => schema)]);

export type FigureRequest = z.infer<typeof figureRequestSchema>;
export type FigureRequestOf<Kind extends FigureRequest['kind']> = Extract<FigureRequest, { readonly kind: Kind }>;

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
