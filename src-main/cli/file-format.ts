import { extname } from 'node:path';
import { badRequest } from '#core/errors.ts';
import type { FigureFormat, StudyFileFormat } from '#core/figure/figure-request.ts';

const FIGURE_ENDINGS: Readonly<Record<string, FigureFormat>> = {
  '.svg': 'svg',
  '.pdf': 'pdf',
  '.png': 'png-600',
  '.tex': 'pgfplots',
  '.csv': 'csv',
};

/** The format that the ending of a file name chooses. Throws a bad request for an ending that no figure has. */
export function figureFormat(file: string): FigureFormat {
  const format = FIGURE_ENDINGS[extname(file).toLowerCase()];
  if (format !== undefined) return format;
  throw badRequest(`"${file}" does not name a figure: end it in ${Object.keys(FIGURE_ENDINGS).join(', ')}.`);
}

const STUDY_ENDINGS: Readonly<Record<string, StudyFileFormat>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.parquet': 'parquet',
  '.html': 'html',
  '.htm': 'html',
};

/**
 * The format that the ending chooses; any unknown ending gets the lines that `runs import` reads. Throws a bad request
 * for PDF.
 */
export function studyFormat(file: string): StudyFileFormat {
  const ending = extname(file).toLowerCase();
  if (ending === '.pdf')
    throw badRequest('Only the app can write a PDF report (Export on the page of a study): end the name in .html.');
  return STUDY_ENDINGS[ending] ?? 'ndjson';
}

/** The names of a report's file and of the spec next to it. Throws a bad request where it does not end in .html. */
export function reportNames(file: string): { readonly html: string; readonly spec: string } {
  const ending = extname(file);
  if (ending.toLowerCase() === '.html') return { html: file, spec: `${file.slice(0, -ending.length)}.json` };
  const advice =
    ending.toLowerCase() === '.pdf' ? ' (the app can export it as PDF: Export on the page of a study)' : '';
  throw badRequest(`"${file}" does not name a report: end it in .html${advice}.`);
}
