import { type } from '@orpc/contract';
import { z } from 'zod';
import type { Answer } from '#core/analysis/answer/answer.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { Measurement, StudyRecord, StudySummary } from '#core/records.ts';
import { studyMargin, studySpecSchema } from '#core/study.ts';
import type { RunEstimate } from '#core/training/duration-estimate.ts';
import { nothing, oneStudy, reference } from './fields.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';
import { specPaths } from './spec-paths.ts';

/** More studies than a report is read of. */
const MOST_ANSWERED = 50;

export interface EstimatedDuration {
  readonly measurement: Measurement;
  /** Seconds of one run of each arm, by what they go to. */
  readonly arms: readonly (RunEstimate & { readonly name: string })[];
  /** Of all runs, one after another. */
  readonly seconds: number;
}

export interface StartedStudy {
  readonly studyId: string;
  /** Runs that were queued now: those that were missing, and those that can go on. */
  readonly runIds: readonly string[];
}

/** Studies: a base, its policies and its seeds, and what comparing their runs says. */
export const studies = {
  /** Every study with its runs. */
  list: reads(nothing, type<readonly StudyRecord[]>()),
  /** What a list shows of every study, newest first. */
  overview: reads(nothing, type<readonly StudySummary[]>()),
  /** One study with its runs. */
  show: reads(oneStudy, type<StudyRecord>()),
  /** Queues what is missing; the same spec again continues. */
  start: changes(z.strictObject({ spec: studySpecSchema }), type<StartedStudy>(), {
    pathsIn: ({ spec }) => specPaths(spec.base),
  }),
  /** Measures some seconds, without a trace, and says how long all runs of the spec will take. Throws 'conflict' while a run trains. */
  estimate: reads(z.strictObject({ spec: studySpecSchema }), type<EstimatedDuration>(), {
    pathsIn: ({ spec }) => specPaths(spec.base),
  }),
  /** Adds seeds or policies to a study and queues what is missing. */
  extend: changes(
    oneStudy.extend({
      seeds: studySpecSchema.shape.seeds.optional(),
      arms: z.array(policySchema).optional(),
    }),
    type<StartedStudy>(),
  ),
  /** Throws 'conflict' where another study has that name. */
  rename: changes(oneStudy.extend({ name: studySpecSchema.shape.name }), type<StudyRecord>(), TEXTS_ALONE),
  /** The study and the events of its finished runs, as lines that `runs.import` reads. */
  export: reads(oneStudy, type<{ readonly lines: readonly string[] }>()),
  /** With the study's own margin, or another one in points. */
  compare: reads(oneStudy.extend({ margin: studyMargin.optional() }), type<Comparison>()),
  /** What the studies say to the question that they were made for, and what they could not decide; in this order. */
  answer: reads(z.strictObject({ studies: z.array(reference).min(1).max(MOST_ANSWERED) }), type<Answer>()),
};
