import type { ExportedFile } from '#contract/exporter.ts';
import type { StudyTableFormat, WholeStudyFormat } from '#core/figure/figure-request.ts';
import { toJson } from '#core/numbers.ts';
import { repeatSpec } from '#core/report/repeat.ts';
import { glyphWarnings } from './glyphs.ts';
import { bytesOf } from './render-figure.ts';
import type { ReportData } from './report-data.ts';
import { readReport } from './report-data.ts';
import { studyCsv } from './study-csv.ts';
import { type StudyToRead, studyToRead } from './study-data.ts';
import { studyParquet } from './study-parquet.ts';
import { studyReport } from './study-report.ts';
import type { StudyOrder, StudySource, StudyTableOrder } from './study-source.ts';

type WholeWriter = (studies: readonly string[], source: StudySource) => Promise<string>;

const WHOLE_WRITERS: Readonly<Record<WholeStudyFormat, WholeWriter>> = { html: writeReport, spec: writeSpec };

type PieceWriter = (study: StudyToRead, source: StudySource) => AsyncIterable<string | Uint8Array>;

const PIECE_WRITERS: Readonly<Record<StudyTableFormat, PieceWriter>> = {
  csv: studyCsv,
  json: studyJson,
  parquet: studyParquet,
};

const EXTENSIONS = { html: 'html', spec: 'json' } as const satisfies Readonly<Record<WholeStudyFormat, string>>;

/** Writes several studies into one report or spec. */
export async function renderStudy({ studies, format }: StudyOrder, source: StudySource): Promise<ExportedFile> {
  const content = await WHOLE_WRITERS[format](studies, source);
  // Only a report is drawn with fonts: by whoever views it, here for its PDF.
  const warnings = format === 'html' ? glyphWarnings([content]) : [];
  return { data: bytesOf(content), extension: EXTENSIONS[format], warnings };
}

/** A piece of a file, and how many runs were read for it. */
export interface StudyPiece {
  readonly data: Uint8Array;
  readonly runs: number;
  readonly of: number;
}

/** Bytes of a piece; a last one may have fewer, and one that a table makes as a whole more. */
const PIECE_BYTES = 2 ** 18;

/** Writes a study as a table, piece by piece: its runs are read one after the other. */
export async function* studyPieces(
  { study, format }: StudyTableOrder,
  source: StudySource,
): AsyncGenerator<StudyPiece, void, undefined> {
  const progress = { runs: 0, of: 0 };
  const read = await studyToRead(study, source, (runs, of) => Object.assign(progress, { runs, of }));
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  const take = (): StudyPiece => {
    const data = new Uint8Array(Buffer.concat(waiting));
    [waiting, bytes] = [[], 0];
    return { data, ...progress };
  };
  for await (const part of PIECE_WRITERS[format](read, source)) {
    const data = bytesOf(part);
    waiting.push(data);
    bytes += data.length;
    if (bytes >= PIECE_BYTES) yield take();
  }
  if (bytes > 0) yield take();
}

async function writeReport(studies: readonly string[], source: StudySource): Promise<string> {
  const all: ReportData[] = [];
  for (const study of studies) all.push(await readReport(study, source));
  return studyReport(all, source);
}

async function writeSpec(studies: readonly string[], source: StudySource): Promise<string> {
  return `${toJson(repeatSpec(await Promise.all(studies.map((study) => source.study(study)))), 2)}\n`;
}

/** The study as JSON; NaN and infinities are written as their names, as in events. */
async function* studyJson(read: StudyToRead, source: StudySource): AsyncGenerator<string> {
  const { runs: _records, ...study } = read.study;
  const classCosts = await source.classCosts(study.id);
  const whole = toJson({ study, comparison: read.comparison, classCosts, runs: [] }, INDENT);
  if (read.runs.length === 0) return yield `${whole}\n`;
  yield whole.slice(0, -NO_RUNS.length);
  for (const [index, run] of read.runs.entries()) {
    const detail = await read.detailOf(run);
    const json = toJson({ ...detail, predictions: await source.predictions(run.id) }, INDENT);
    // Line ends within texts are escaped.
    const indented = json.replaceAll('\n', `\n${' '.repeat(2 * INDENT)}`);
    yield `${index === 0 ? '' : ','}\n${' '.repeat(2 * INDENT)}${indented}`;
  }
  yield `\n${' '.repeat(INDENT)}]\n}\n`;
}

const INDENT = 2;
/** How the text ends where no run was written, from the end of the list on. */
const NO_RUNS = ']\n}';
