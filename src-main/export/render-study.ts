import type { ExportedFile } from '#contract/exporter.ts';
import type { StudyFormat } from '#core/figure/figure-request.ts';
import { toJson } from '#core/numbers.ts';
import { bytesOf } from './render-figure.ts';
import { studyCsv } from './study-csv.ts';
import type { StudyData } from './study-data.ts';
import { readStudy } from './study-data.ts';
import { studyParquet } from './study-parquet.ts';
import { studyReport } from './study-report.ts';
import type { StudyOrder, StudySource } from './study-source.ts';

type Writer = (study: string, source: StudySource) => Promise<string | Uint8Array>;

const WRITERS: Readonly<Record<StudyFormat, Writer>> = {
  csv: async (study, source) => studyCsv(await readStudy(study, source)),
  json: async (study, source) => studyJson(await readStudy(study, source)),
  parquet: async (study, source) => studyParquet(await readStudy(study, source)),
  html: async (study, source) => studyReport(await readStudy(study, source), source),
  ndjson: async (study, source) => (await source.lines(study)).map((line) => `${line}\n`).join(''),
};

/** Everything of a study in one file; the format is the file's ending too. */
export async function renderStudy({ study, format }: StudyOrder, source: StudySource): Promise<ExportedFile> {
  return { data: bytesOf(await WRITERS[format](study, source)), extension: format };
}

/** NaN and infinities are their names, as in events. */
function studyJson({ study, comparison, runs }: StudyData): string {
  const { runs: _records, ...rest } = study;
  return `${toJson({ study: rest, comparison, runs }, 2)}\n`;
}
