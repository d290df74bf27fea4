import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import type { Comparison } from '#core/analysis/comparison.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { DatasetRecord, RunDetail, RunRecord, StudyRecord } from '#core/records.ts';
import { datasetLocationSchema, RUN_STATUSES, runSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { studySpecSchema } from '#core/study.ts';

/** A public id, or a prefix of it that only one has; for a study also its name. */
const reference = z.string().trim().min(1).max(200);
const oneRun = z.strictObject({ run: reference });
const oneStudy = z.strictObject({ study: reference });
const datasetName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/i,
    'must be up to 64 letters, digits, dots, dashes or underscores, not beginning with a dash',
  );

export interface StartedStudy {
  readonly studyId: string;
  /** Runs that were queued now: those that were missing, and those that can go on. */
  readonly runIds: readonly string[];
}

/**
 * What a client may ask and hear, on every transport. Errors are AppErrors: 'bad-request' for a request that cannot be
 * served as it stands, 'not-found' for an unknown run, study or data set, 'conflict' where its state does not allow it.
 */
export const contract = {
  runs: {
    list: oc
      .input(
        z.strictObject({
          studyId: reference.optional(),
          statuses: z.array(z.enum(RUN_STATUSES)).optional(),
          deleted: z.boolean().optional(),
        }),
      )
      .output(type<readonly RunRecord[]>()),
    show: oc.input(oneRun).output(type<RunDetail>()),
    /** Queues the run; relative paths in the spec must have been made absolute. */
    start: oc.input(z.strictObject({ spec: runSpecSchema })).output(type<{ readonly runId: string }>()),
    /** Asks the trainer for a checkpoint and its end; a queued run just waits no more. */
    pause: oc.input(oneRun).output(type<RunRecord>()),
    /** Like pause; the run is over unless it is resumed. */
    stop: oc.input(oneRun).output(type<RunRecord>()),
    /** Queues a paused, stopped or interrupted run again. */
    resume: oc.input(oneRun).output(type<{ readonly runId: string }>()),
    /** Into the trash. */
    delete: oc.input(oneRun).output(type<RunRecord>()),
    restore: oc.input(oneRun).output(type<RunRecord>()),
    /** Deletes a run of the trash for ever, files too. */
    purge: oc.input(oneRun).output(type<{ readonly runId: string }>()),
    events: oc.input(oneRun).output(type<readonly RunEvent[]>()),
    /** Stores event lines of `run` or `study`, also from elsewhere; the runs are marked imported. */
    import: oc
      .input(z.strictObject({ lines: z.array(z.string()) }))
      .output(type<{ readonly runIds: readonly string[]; readonly studyIds: readonly string[] }>()),
  },
  studies: {
    list: oc.input(z.strictObject({})).output(type<readonly StudyRecord[]>()),
    show: oc.input(oneStudy).output(type<StudyRecord>()),
    /** Queues what is missing; the same spec again continues. */
    start: oc.input(z.strictObject({ spec: studySpecSchema })).output(type<StartedStudy>()),
    /** Adds seeds or policies to a study and queues what is missing. */
    extend: oc
      .input(
        oneStudy.extend({
          seeds: studySpecSchema.shape.seeds.optional(),
          arms: z.array(policySchema).optional(),
        }),
      )
      .output(type<StartedStudy>()),
    /** The study and the events of its finished runs, as lines that `runs.import` reads. */
    export: oc.input(oneStudy).output(type<{ readonly lines: readonly string[] }>()),
    compare: oc.input(oneStudy).output(type<Comparison>()),
  },
  datasets: {
    list: oc.input(z.strictObject({})).output(type<readonly DatasetRecord[]>()),
    add: oc.input(z.strictObject({ name: datasetName, location: datasetLocationSchema })).output(type<DatasetRecord>()),
    /** Reads the files again; throws 'corrupt' where they are no longer what was added. */
    verify: oc.input(z.strictObject({ name: reference })).output(type<DatasetRecord>()),
  },
  events: {
    /** Events of these runs, or of all, as they are stored, from now on. */
    follow: oc.input(z.strictObject({ runIds: z.array(reference).optional() })).output(eventIterator(type<RunEvent>())),
  },
};
