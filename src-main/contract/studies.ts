import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import type { Answer } from '#core/analysis/answer/answer.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { Measurement, StudyRecord, StudySummary } from '#core/records.ts';
import { studyMargin, studySpecSchema } from '#core/study.ts';
import type { RunEstimate } from '#core/training/duration-estimate.ts';
import { nothing, oneStudy, reference } from './fields.ts';

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

export const studies = {
  list: oc.input(nothing).output(type<readonly StudyRecord[]>()),
  /** What a list shows of every study, newest first. */
  overview: oc.input(nothing).output(type<readonly StudySummary[]>()),
  show: oc.input(oneStudy).output(type<StudyRecord>()),
  /** Queues what is missing; the same spec again continues. */
  start: oc.input(z.strictObject({ spec: studySpecSchema })).output(type<StartedStudy>()),
  /** Measures some seconds, without a trace, and says how long all runs of the spec will take. Throws 'conflict' while a run trains. */
  estimate: oc.input(z.strictObject({ spec: studySpecSchema })).output(type<EstimatedDuration>()),
  /** Adds seeds or policies to a study and queues what is missing. */
  extend: oc
    .input(
      oneStudy.extend({
        seeds: studySpecSchema.shape.seeds.optional(),
        arms: z.array(policySchema).optional(),
      }),
    )
    .output(type<StartedStudy>()),
  /** Throws 'conflict' where another study has that name. */
  rename: oc.input(oneStudy.extend({ name: studySpecSchema.shape.name })).output(type<StudyRecord>()),
  /** The study and the events of its finished runs, as lines that `runs.import` reads. */
  export: oc.input(oneStudy).output(type<{ readonly lines: readonly string[] }>()),
  /** With the study's own margin, or another one in points. */
  compare: oc.input(oneStudy.extend({ margin: studyMargin.optional() })).output(type<Comparison>()),
  /** What the studies say to the question that they were made for, and what they could not decide; in this order. */
  answer: oc.input(z.strictObject({ studies: z.array(reference).min(1).max(MOST_ANSWERED) })).output(type<Answer>()),
};
