import { z } from 'zod';
import { FIGURES } from './figures.ts';

const [first, ...others] = FIGURES;

/**
 * A request for a chart, which the page draws and the exporter draws again from the database. It names its subjects by ids: the
 * numbers of a figure never come from the page.
 */
export const figureRequestSchema = z.discriminatedUnion('kind', [first.schema, ...others.map(({ schema }) => schema)]);

export type FigureRequest = z.infer<typeof figureRequestSchema>;
export type FigureRequestOf<Kind extends FigureRequest['kind']> = Extract<FigureRequest, { readonly kind: Kind }>;

/** Column width and page width of most journals, in mm. */
export const COLUMN_WIDTHS = [84, 174] as const;

/** How a figure is laid out on paper. */
export const figureLayoutSchema = z.strictObject({
  widthMm: z.number().min(40).max(400).default(174),
  heightMm: z.number().min(30).max(400).default(110),
  /** Font size of labels and ticks, in points. */
  fontPt: z.number().min(4).max(24).default(8),
  /** Whether series stay distinct without colour, by greys, dashes and markers. */
  greySafe: z.boolean().default(false),
  caption: z.boolean().default(true),
});

export type FigureLayout = z.infer<typeof figureLayoutSchema>;

export const FIGURE_FORMATS = ['svg', 'pdf', 'png-300', 'png-600', 'pgfplots', 'csv'] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

/** `html` and `pdf` are the report, `spec` is what `lab study` reads. */
export const STUDY_FORMATS = ['html', 'pdf', 'csv', 'json', 'parquet', 'spec', 'ndjson'] as const;
export type StudyFormat = (typeof STUDY_FORMATS)[number];
/** The formats that need no window; a PDF does, since Chromium prints it. */
export type StudyFileFormat = Exclude<StudyFormat, 'pdf'>;
/** The formats that may hold several studies, each written as a whole. */
export type WholeStudyFormat = Extract<StudyFormat, 'html' | 'spec'>;
/** The formats in which runs and epochs are rows of one study, written piece by piece. */
export type StudyTableFormat = Extract<StudyFormat, 'csv' | 'json' | 'parquet'>;
