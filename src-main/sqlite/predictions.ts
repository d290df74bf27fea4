import { deflateSync, inflateSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { SplitErrors } from '#core/classes/class-errors.ts';
import { splitErrors, topFiveErrorOf } from '#core/classes/class-errors.ts';
import type { EvaluatedSplit, Predictions } from '#core/classes/predictions.ts';
import type { RunEventOf } from '#core/run-event.ts';
import { readColumn } from './column-json.ts';

type PredictionsCounted = RunEventOf<'predictions.counted'>;
type Matrix = Pick<Predictions, 'classNames' | 'images' | 'predicted'>;

interface SummaryRow {
  readonly split: EvaluatedSplit;
  readonly classes: number;
  readonly images: number;
  readonly errors: number;
  readonly balanced_accuracy: number | null;
  readonly top_five_errors: number | null;
}

interface PredictionRow extends SummaryRow {
  readonly run_id: number;
  readonly seq: number;
  readonly at: number;
  readonly matrix: Buffer;
}

/** Far above what the most classes take: what says to be larger when unpacked is damaged. */
const MOST_MATRIX_BYTES = 512 * 1024 * 1024;

const SUMMARY = 'split, classes, images, errors, balanced_accuracy, top_five_errors';
/** Validation before test, as they are reported. */
const ORDER = 'ORDER BY split DESC';

/** The table predictions: at most one row for each split of a run. */
export class PredictionTable {
  readonly #save;
  readonly #all;
  readonly #one;
  readonly #summaries;

  constructor(database: Database) {
    this.#save = database.prepare<[Omit<PredictionRow, 'run_id'> & { readonly run: number }]>(`
      INSERT OR REPLACE INTO predictions (run_id, seq, at, ${SUMMARY}, matrix)
      VALUES (@run, @seq, @at, @split, @classes, @images, @errors, @balanced_accuracy, @top_five_errors, @matrix)`);
    this.#all = database.prepare<[number], PredictionRow>(`
      SELECT run_id, seq, at, ${SUMMARY}, matrix FROM predictions WHERE run_id = ? ${ORDER}`);
    this.#one = database.prepare<[number, string], PredictionRow>(`
      SELECT run_id, seq, at, ${SUMMARY}, matrix FROM predictions WHERE run_id = ? AND split = ?`);
    this.#summaries = database.prepare<[number], SummaryRow>(
      `SELECT ${SUMMARY} FROM predictions WHERE run_id = ? ${ORDER}`,
    );
  }

  save(run: number, { seq, at, split, topFiveErrors, classNames, images, predicted }: PredictionsCounted): void {
    const errors = splitErrors({ split, topFiveErrors, classNames, images, predicted });
    const matrix: Matrix = { classNames, images, predicted };
    this.#save.run({
      ...{ run, seq, at, split },
      classes: errors.classes,
      images: errors.images,
      errors: errors.errors,
      balanced_accuracy: errors.balancedAccuracy,
      top_five_errors: topFiveErrors,
      matrix: deflateSync(JSON.stringify(matrix)),
    });
  }

  all(run: number): readonly Predictions[] {
    return this.#all.all(run).map(toPredictions);
  }

  /** Null where the predictions for the split were not counted. */
  ofSplit(run: number, split: EvaluatedSplit): Predictions | null {
    const row = this.#one.get(run, split);
    return row === undefined ? null : toPredictions(row);
  }

  /** The numbers of each split, without the matrices. */
  errors(run: number): readonly SplitErrors[] {
    return this.#summaries.all(run).map(({ split, classes, images, errors, balanced_accuracy, top_five_errors }) => ({
      ...{ split, classes, images, errors, balancedAccuracy: balanced_accuracy },
      topFiveError: topFiveErrorOf({ classes, images, topFiveErrors: top_five_errors }),
    }));
  }

  /** The number of the event that counted the predictions for the split; undefined where there is none. */
  seqOf(run: number, split: EvaluatedSplit): number | undefined {
    return this.#one.get(run, split)?.seq;
  }

  /** In order of seq: at most one for each split. */
  events(run: number, runId: string): readonly PredictionsCounted[] {
    const events = this.#all.all(run).map((row): PredictionsCounted => {
      const { seq, at } = row;
      return { type: 'predictions.counted', seq, runId, at, ...toPredictions(row) };
    });
    return events.sort((left, right) => left.seq - right.seq);
  }
}

function toPredictions({ run_id, split, top_five_errors, matrix }: PredictionRow): Predictions {
  const place = { column: `the confusion matrix (${split})`, row: `run number ${run_id}` };
  const { classNames, images, predicted } = readColumn(
    place,
    () => JSON.parse(inflateSync(matrix, { maxOutputLength: MOST_MATRIX_BYTES }).toString('utf8')) as Matrix,
  );
  return { split, classNames, images, predicted, topFiveErrors: top_five_errors };
}
