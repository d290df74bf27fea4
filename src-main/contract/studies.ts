import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { Answer } from '#core/analysis/answer/answer.ts';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { ExportNews } from '#core/exchange/export-news.ts';
import type { SentLines } from '#core/exchange/line-transfer.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { DeletedStudy, StudyRecord, StudySummary } from '#core/records.ts';
import { studyMargin, studySpecSchema } from '#core/study.ts';
import type { RunEstimate } from '#core/training/duration-estimate.ts';
import type { Measurement } from '#core/training/measured-pace.ts';
import { destination, note, oneStudy, reference, tags } from './fields.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';
import { specPaths } from './spec-paths.ts';

/** More studies than anyone reads in one report. */
const MOST_ANSWERED = 50;

/** Studies that are changed at once. */
const MOST_CHANGED = 500;

const trash = z.strictObject({ deleted: z.boolean().optional() });

export interface EstimatedDuration {
  readonly measurement: Measurement;
  /** The seconds of one run of each arm, by what they are spent on. */
  readonly arms: readonly (RunEstimate & { readonly name: string })[];
  /** The seconds of all runs, one after another. */
  readonly seconds: number;
  /** Why they may take less: sentences, none where nothing is known of that. */
  readonly most: readonly string[];
}

export interface StartedStudy {
  readonly studyId: string;
  /** The runs that were queued: those that were missing, and those that can be continued. */
  readonly runIds: readonly string[];
}

/** Studies: each has a base, policies and seeds, and its runs are compared. */
export const studies = {
  /** Every study with its runs; the trash only where it is asked for. */
  list: reads(trash, type<readonly StudyRecord[]>()),
  /** A summary of every study for lists, newest first; the trash only where it is asked for. */
  overview: reads(trash, type<readonly StudySummary[]>()),
  /** One study with its runs. */
  show: reads(oneStudy, type<StudyRecord>()),
  /** Queues the missing runs of a study, here or on another machine; the same spec again continues it. */
  start: changes(z.strictObject({ spec: studySpecSchema, on: destination.optional() }), type<StartedStudy>(), {
    pathsIn: ({ spec }) => specPaths(spec.base),
  }),
  /**
   * Estimates how long all runs of the spec will take, by measuring for a few seconds; stores nothing. Throws
   * 'conflict' while a run trains.
   */
  estimate: reads(z.strictObject({ spec: studySpecSchema }), type<EstimatedDuration>(), {
    pathsIn: ({ spec }) => specPaths(spec.base),
  }),
  /** Adds seeds or policies to a study and queues the missing runs. */
  extend: changes(
    oneStudy.extend({
      seeds: studySpecSchema.shape.seeds.optional(),
      arms: z.array(policySchema).optional(),
      on: destination.optional(),
    }),
    type<StartedStudy>(),
    TEXTS_ALONE,
  ),
  /** Renames a study. Throws 'conflict' where another study has that name. */
  rename: changes(oneStudy.extend({ name: studySpecSchema.shape.name }), type<StudyRecord>(), TEXTS_ALONE),
  /** Changes notes and tags of studies, and archives them with their runs. */
  update: changes(
    z.strictObject({
      studies: z.array(reference).min(1).max(MOST_CHANGED),
      note: note.optional(),
      addTags: tags.optional(),
      removeTags: tags.optional(),
      archived: z.boolean().optional(),
    }),
    type<{ readonly studyIds: readonly string[] }>(),
    TEXTS_ALONE,
  ),
  /** Moves a study and its runs to the trash, where its name is free for another. Throws 'conflict' where a run is locked or trains. */
  delete: changes(oneStudy, type<DeletedStudy>()),
  /** Takes a study and the runs that went with it out of the trash; under a free name, where another study has its own by now. */
  restore: changes(oneStudy, type<StudyRecord>()),
  /** Permanently deletes a study that is in the trash, with its runs and their files. */
  purge: changes(oneStudy, type<{ readonly studyId: string }>()),
  /**
   * Writes the study and the events of its finished runs, as lines that `runs.import` reads, into a file of the home. Tells how far it is; the
   * last that it tells is where the file is, which goes once nobody listens any more.
   */
  export: reads(oneStudy, eventIterator(type<ExportNews>())),
  /** The same lines piece by piece, for whoever has not the files of the home's machine; the last that it tells is that they are whole. */
  lines: reads(oneStudy, eventIterator(type<SentLines>())),
  /** Compares the runs of a study, with the study's own margin or another one, in points. */
  compare: reads(oneStudy.extend({ margin: studyMargin.optional() }), type<Comparison>()),
  /** What each arm costs each class of the test images, against the baseline and paired by seed as in `compare`. */
  classCosts: reads(oneStudy, type<ClassCosts>()),
  /** The answer of the studies, in this order, to the question that they were made for, and what they leave undecided. */
  answer: reads(z.strictObject({ studies: z.array(reference).min(1).max(MOST_ANSWERED) }), type<Answer>()),
};
