import type { ExportedFile } from '#contract/exporter.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { badRequest } from '#core/errors.ts';
import type { StudyFileFormat } from '#core/figure/figure-request.ts';
import { toJson } from '#core/numbers.ts';
import type { RunDetail } from '#core/records.ts';
import { repeatSpec } from '#core/report/repeat.ts';
import { glyphWarnings } from './glyphs.ts';
import { bytesOf } from './render-figure.ts';
import type { ReportData } from './report-data.ts';
import { readReport } from './report-data.ts';
import { studyCsv } from './study-csv.ts';
import type { StudyData } from './study-data.ts';
import { readStudy } from './study-data.ts';
import { studyParquet } from './study-parquet.ts';
import { studyReport } from './study-report.ts';
import type { StudyOrder, StudySource } from './study-source.ts';

type Writer = (studies: readonly string[], source: StudySource) => Promise<string | Uint8Array>;

const WRITERS: Readonly<Record<StudyFileFormat, Writer>> = {
  csv: async (studies, source) => studyCsv(await readStudy(onlyOne(studies), source)),
  json: async (studies, source) => studyJson(await readStudy(onlyOne(studies), source), source),
  parquet: async (studies, source) => studyParquet(await readStudy(onlyOne(studies), source)),
  html: writeReport,
  spec: writeSpec,
  ndjson: async (studies, source) => (await source.lines(onlyOne(studies))).map((line) => `${line}\n`).join(''),
};

const EXTENSIONS: Readonly<Partial<Record<StudyFileFormat, string>>> = { spec: 'json' };

/** Writes a whole study into one file, or several studies into one report or spec. */
export async function renderStudy({ studies, format }: StudyOrder, source: StudySource): Promise<ExportedFile> {
  const content = await WRITERS[format](studies, source);
  // Only a report is drawn with fonts: by whoever views it, here for its PDF.
  const warnings = format === 'html' && typeof content === 'string' ? glyphWarnings([content]) : [];
  return { data: bytesOf(content), extension: EXTENSIONS[format] ?? format, warnings };
}

async function writeReport(studies: readonly string[], source: StudySource): Promise<string> {
  const all: ReportData[] = [];
  for (const study of studies) all.push(await readReport(study, source));
  return studyReport(all, source);
}

async function writeSpec(studies: readonly string[], source: StudySource): Promise<string> {
  return `${toJson(repeatSpec(await Promise.all(studies.map((study) => source.study(study)))), 2)}\n`;
}

function onlyOne(studies: readonly string[]): string {
  if (studies.length !== 1)
    throw badRequest('Only reports and specs can contain several studies: export one at a time.');
  return studies[0];
}

/** The study as JSON; NaN and infinities are written as their names, as in events. */
async function studyJson({ study, comparison, runs }: StudyData, source: StudySource): Promise<string> {
  const { runs: _records, ...rest } = study;
  const classCosts = await source.classCosts(study.id);
  const counted: (RunDetail & { readonly predictions: readonly Predictions[] })[] = [];
  for (const run of runs) counted.push({ ...run, predictions: await source.predictions(run.id) });
  return `${toJson({ study: rest, comparison, classCosts, runs: counted }, 2)}\n`;
}
