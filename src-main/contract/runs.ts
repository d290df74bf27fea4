import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { Verification } from '#core/analysis/verification.ts';
import type {
  Curve,
  Measurement,
  RunDetail,
  RunRecord,
  RunSummary,
  StepTimes,
  VerificationProgress,
} from '#core/records.ts';
import { RUN_STATUSES, runSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { CURVE_SERIES, EPOCH_SERIES } from '#core/series/series-lists.ts';
import { nothing, oneRun, reference } from './fields.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';
import { specPaths } from './spec-paths.ts';

/** Answers are cut so that no process is busy with one for more than some milliseconds. */
export const MOST_ROWS = 500;
export const MOST_CURVES = 25;

const tag = z.string().trim().min(1).max(64);

export interface RunPage {
  readonly rows: readonly RunSummary[];
  /** Where the next page begins; null after the last one. */
  readonly next: number | null;
}

export interface ValuesAtEpoch {
  /** Runs that reached the epoch, and the value of each. */
  readonly runs: readonly string[];
  readonly values: readonly number[];
}

/** Single runs, whether of a study or by themselves. */
export const runs = {
  /** Those that the filter lets through, in the order in which they were queued; without the trash unless it is asked for. */
  list: reads(
    z.strictObject({
      studyId: reference.optional(),
      statuses: z.array(z.enum(RUN_STATUSES)).optional(),
      deleted: z.boolean().optional(),
    }),
    type<readonly RunRecord[]>(),
  ),
  /** With its layers, epochs, freezes and checkpoints. */
  show: reads(oneRun, type<RunDetail>()),
  /** All runs, archived and deleted ones too, newest first: a page after another, or these ones (unknown ids are left out). */
  rows: reads(
    z.strictObject({
      ids: z.array(reference).max(MOST_ROWS).optional(),
      after: z.int().nullable().default(null),
      limit: z.int().min(1).max(MOST_ROWS).default(250),
    }),
    type<RunPage>(),
  ),
  /** A series of all runs at one epoch. */
  valuesAt: reads(z.strictObject({ series: z.enum(EPOCH_SERIES), epoch: z.int().positive() }), type<ValuesAtEpoch>()),
  /** Reduced to at most `buckets` buckets each; a moving average of weight `smoothing` is taken before that. */
  curves: reads(
    z.strictObject({
      runs: z.array(reference).min(1).max(MOST_CURVES),
      series: z.enum(CURVE_SERIES),
      buckets: z.int().min(2).max(4000).default(400),
      smoothing: z.number().min(0).max(0.999).default(0),
    }),
    type<readonly Curve[]>(),
  ),
  /** What its sampled steps took, reduced to at most `buckets` buckets. */
  stepTimes: reads(oneRun.extend({ buckets: z.int().min(2).max(4000).default(200) }), type<StepTimes>()),
  /** What was reported besides epochs, steps, freezes and checkpoints: starts, pauses, resumes, the end. */
  history: reads(oneRun, type<readonly RunEvent[]>()),
  /** Queues the run; relative paths in the spec must have been made absolute. */
  start: changes(z.strictObject({ spec: runSpecSchema }), type<{ readonly runId: string }>(), {
    pathsIn: ({ spec }) => specPaths(spec),
  }),
  /** Trains, evaluates and saves a little of the spec, without a trace, for an estimate. Throws 'conflict' while a run trains. */
  measure: reads(z.strictObject({ spec: runSpecSchema }), type<Measurement>(), {
    pathsIn: ({ spec }) => specPaths(spec),
  }),
  /**
   * Trains the first epoch again, without a trace, with the threads of then, and compares it bit for bit. Throws 'conflict'
   * while a run trains, or where the run has reported no losses.
   */
  verify: reads(oneRun, type<Verification>()),
  /** How far verifications are, from now on: a first epoch may take long. */
  verifying: reads(nothing, eventIterator(type<VerificationProgress>())),
  /** Asks the trainer for a checkpoint and its end; a queued run just waits no more. */
  pause: changes(oneRun, type<RunRecord>()),
  /** Like pause; the run is over unless it is resumed. */
  stop: changes(oneRun, type<RunRecord>()),
  /** Queues a paused, stopped or interrupted run again. */
  resume: changes(oneRun, type<{ readonly runId: string }>()),
  /** Notes, tags and marks; a locked run cannot be deleted. */
  update: changes(
    z.strictObject({
      runs: z.array(reference).min(1).max(MOST_ROWS),
      note: z.string().max(10_000).optional(),
      addTags: z.array(tag).max(20).optional(),
      removeTags: z.array(tag).max(20).optional(),
      archived: z.boolean().optional(),
      locked: z.boolean().optional(),
    }),
    type<{ readonly runIds: readonly string[] }>(),
    TEXTS_ALONE,
  ),
  /** Into the trash. */
  delete: changes(oneRun, type<RunRecord>()),
  /** Out of the trash. */
  restore: changes(oneRun, type<RunRecord>()),
  /** Deletes a run of the trash for ever, files too. */
  purge: changes(oneRun, type<{ readonly runId: string }>()),
  /** All of them, in the order in which they happened. */
  events: reads(oneRun, type<readonly RunEvent[]>()),
  /** Stores event lines of `run` or `study`, also from elsewhere; the runs are marked imported. */
  import: changes(
    z.strictObject({ lines: z.array(z.string()) }),
    type<{ readonly runIds: readonly string[]; readonly studyIds: readonly string[] }>(),
    { pathsIn: () => [], bringsFile: () => true },
  ),
};
