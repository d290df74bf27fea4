import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { Verification } from '#core/analysis/verification.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import type { ImportNews } from '#core/exchange/import-news.ts';
import type { ReceivedLines } from '#core/exchange/line-transfer.ts';
import type { PredictionNews } from '#core/prediction.ts';
import { epochNumber } from '#core/ranges.ts';
import type { Curve, RunDetail, RunRecord, RunSummary, StepTimes, VerificationProgress } from '#core/records.ts';
import { RUN_STATUSES, runSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { LogPart } from '#core/run-log.ts';
import { CURVE_SERIES, EPOCH_SERIES } from '#core/series/series-lists.ts';
import type { Measurement } from '#core/training/measured-pace.ts';
import { destination, fileBytes, note, nothing, oneRun, reference, tags } from './fields.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';
import { specPaths } from './spec-paths.ts';

/** Answers are limited so that none keeps a process busy for more than a few milliseconds. */
export const MOST_ROWS = 500;
export const MOST_CURVES = 25;

export interface RunPage {
  readonly rows: readonly RunSummary[];
  /** Where the next page begins; null after the last one. */
  readonly next: number | null;
}

export interface ValuesAtEpoch {
  /** The ids of the runs that reached the epoch; `values` has the value of each. */
  readonly runs: readonly string[];
  readonly values: readonly number[];
}

/** Single runs, whether they belong to a study or not. */
export const runs = {
  /** The runs that match the filter, in the order in which they were queued; the trash only where it is asked for. */
  list: reads(
    z.strictObject({
      studyId: reference.optional(),
      statuses: z.array(z.enum(RUN_STATUSES)).optional(),
      deleted: z.boolean().optional(),
    }),
    type<readonly RunRecord[]>(),
  ),
  /** A run with its layers, epochs, freezes and checkpoints. */
  show: reads(oneRun, type<RunDetail>()),
  /**
   * All runs, archived and deleted ones too, newest first, page by page; or the runs with these ids (unknown ids are
   * left out).
   */
  rows: reads(
    z.strictObject({
      ids: z.array(reference).max(MOST_ROWS).optional(),
      after: z.int().nullable().default(null),
      limit: z.int().min(1).max(MOST_ROWS).default(250),
    }),
    type<RunPage>(),
  ),
  /** The value of a series for all runs at one epoch. */
  valuesAt: reads(z.strictObject({ series: z.enum(EPOCH_SERIES), epoch: epochNumber }), type<ValuesAtEpoch>()),
  /** Curves, each reduced to at most `buckets` buckets after a moving average of weight `smoothing`. */
  curves: reads(
    z.strictObject({
      runs: z.array(reference).min(1).max(MOST_CURVES),
      series: z.enum(CURVE_SERIES),
      buckets: z.int().min(2).max(4000).default(400),
      smoothing: z.number().min(0).max(0.999).default(0),
    }),
    type<readonly Curve[]>(),
  ),
  /** The times of the run's sampled steps, reduced to at most `buckets` buckets. */
  stepTimes: reads(oneRun.extend({ buckets: z.int().min(2).max(4000).default(200) }), type<StepTimes>()),
  /** The confusion matrices of the validation and the test images, in this order; empty where none was counted. */
  predictions: reads(oneRun, type<readonly Predictions[]>()),
  /** All events other than epochs, steps, freezes and checkpoints: starts, pauses, resumes, the end. */
  history: reads(oneRun, type<readonly RunEvent[]>()),
  /**
   * The end of what the run's trainers wrote, at once; then what they add. Ends where the run has no log. `from` is the place in bytes to which
   * somebody has read it before: then only what is behind that.
   */
  log: reads(oneRun.extend({ from: z.int().min(0).optional() }), eventIterator(type<LogPart>())),
  /** The file of the run's final weights, piece by piece. Throws 'conflict' where this home has none. */
  weights: reads(oneRun, eventIterator(type<Uint8Array>())),
  /** Throws what `start` would throw, and queues nothing. */
  check: reads(z.strictObject({ spec: runSpecSchema }), type<null>(), { pathsIn: ({ spec }) => specPaths(spec) }),
  /** Queues a run, here or on another machine. Paths in the spec must be absolute. */
  start: changes(
    z.strictObject({ spec: runSpecSchema, on: destination.optional() }),
    type<{ readonly runId: string }>(),
    {
      pathsIn: ({ spec }) => specPaths(spec),
    },
  ),
  /**
   * Trains, evaluates and saves for a few seconds as the spec says, to estimate its duration; stores nothing. Steps of frozen layers
   * whose statistics move are measured only where that is asked for. Throws 'conflict' while a run trains.
   */
  measure: reads(
    z.strictObject({ spec: runSpecSchema, movesStatistics: z.boolean().default(false) }),
    type<Measurement>(),
    {
      pathsIn: ({ spec }) => specPaths(spec),
    },
  ),
  /**
   * Trains the first epoch again, with the same number of threads, and compares it bit for bit; stores nothing. Throws
   * 'conflict' while a run trains, or where the run has reported no losses.
   */
  verify: reads(oneRun, type<Verification>()),
  /**
   * Classifies the image files at an absolute path with the run's final weights; stores nothing. Throws 'conflict' where the run
   * has not finished; a later failure is the last that is told.
   */
  predict: reads(oneRun.extend({ path: z.string().min(1) }), eventIterator(type<PredictionNews>()), {
    pathsIn: ({ path }) => [path],
  }),
  /** The progress of verifications, from now on: a first epoch may take long. */
  verifying: reads(nothing, eventIterator(type<VerificationProgress>())),
  /** Asks the trainer to save a checkpoint and end. A queued run merely leaves the queue. */
  pause: changes(oneRun, type<RunRecord>()),
  /** Does what `pause` does, but the run counts as ended unless it is resumed. */
  stop: changes(oneRun, type<RunRecord>()),
  /**
   * Queues a paused, stopped, interrupted or failed run again, behind those that wait or before them; `anew` gives up its checkpoints,
   * so that it begins with step 0.
   */
  resume: changes(
    oneRun.extend({ anew: z.boolean().default(false), at: z.enum(['front', 'back']).default('back') }),
    type<{ readonly runId: string }>(),
  ),
  /** Changes the note, tags and marks of a run; a locked run cannot be deleted. */
  update: changes(
    z.strictObject({
      runs: z.array(reference).min(1).max(MOST_ROWS),
      note: note.optional(),
      addTags: tags.optional(),
      removeTags: tags.optional(),
      archived: z.boolean().optional(),
      locked: z.boolean().optional(),
    }),
    type<{ readonly runIds: readonly string[] }>(),
    TEXTS_ALONE,
  ),
  /** Counts again, from its events, what lists show of a run that is not training. */
  recount: changes(oneRun, type<{ readonly runId: string; readonly isChanged: boolean }>()),
  /** Moves a run to the trash. */
  delete: changes(oneRun, type<RunRecord>()),
  /** Takes a run out of the trash. */
  restore: changes(oneRun, type<RunRecord>()),
  /** Permanently deletes a run that is in the trash, and its files. */
  purge: changes(oneRun, type<{ readonly runId: string }>()),
  /** All events of a run, in the order in which they happened. */
  events: reads(oneRun, type<readonly RunEvent[]>()),
  /**
   * Stores the runs of a file of event lines of `run` or `study`, also from other machines, and completes those of which the home has
   * a part; marks the runs as imported. Tells how far it is; whoever stops listening ends it, and the same file goes on with it.
   */
  import: changes(z.strictObject({ path: z.string().min(1) }), eventIterator(type<ImportNews>()), {
    pathsIn: ({ path }) => [path],
    bringsFile: () => true,
  }),
  /**
   * Imports a file of so many bytes whose pieces `takePiece` brings, for whoever has not the files of the home's machine. Tells first for what
   * they are sent; whoever stops listening ends it, and of a file that did not become whole nothing is imported.
   */
  receive: changes(z.strictObject({ bytes: z.int().min(1) }), eventIterator(type<ReceivedLines>())),
  /** Brings the next piece. Throws 'not-found' where no file is waited for any more, and 'conflict' for a piece of another place. */
  takePiece: changes(z.strictObject({ transfer: reference, at: z.int().min(0), bytes: fileBytes }), type<null>()),
};
