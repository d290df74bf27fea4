import { extname } from 'node:path';
import { badRequest } from '#core/errors.ts';
import type { FigureFormat, StudyFormat } from '#core/figure/figure-request.ts';

const FIGURE_ENDINGS: Readonly<Record<string, FigureFormat>> = {
  '.svg': 'svg',
  '.pdf': 'pdf',
  '.png': 'png-600',
  '.tex': 'pgfplots',
  '.csv': 'csv',
};

/** Throws a bad request for an ending that no figure has. */
export function figureFormat(file: string): FigureFormat {
  const format = FIGURE_ENDINGS[extname(file).toLowerCase()];
  if (format !== undefined) return format;
  throw badRequest(`"${file}" is no name of a figure: end it in ${Object.keys(FIGURE_ENDINGS).join(', ')}.`);
}

const STUDY_ENDINGS: Readonly<Record<string, StudyFormat>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.parquet': 'parquet',
  '.html': 'html',
  '.htm': 'html',
};

/** Every other file gets the lines that `runs import` reads. */
export function studyFormat(file: string): StudyFormat {
  return STUDY_ENDINGS[extname(file).toLowerCase()] ?? 'ndjson';
}
