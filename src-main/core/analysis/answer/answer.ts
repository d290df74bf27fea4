import { z } from 'zod';
import type { StudyRecord } from '#core/records.ts';
import { acrossSchema } from '../across-studies.ts';
import type { Comparison } from '../comparison.ts';
import { contrastSchema } from '../contrasts.ts';

const findingSchema = z.object({
  /** The topic of the finding, in a few words. */
  topic: z.string(),
  /** Public ids of the studies that the finding is about. */
  studies: z.array(z.string()),
  /** Whether the adjusted tests support a claim or do not, or the finding only tells what was measured. */
  status: z.enum(['shown', 'not-shown', 'measured']),
  /** The finding in a few plain words, where it is a recommendation. */
  lead: z.string().optional(),
  text: z.string(),
});

const undecidedSchema = z.object({
  /** "whether cubic scaled 0.8 takes less time than the baseline: about 12 seeds would settle a difference like this" */
  text: z.string(),
  /** The total number of seeds that would decide the question; null where no number can be given. */
  seedsNeeded: z.int().nullable(),
});

/** The answer of one or several studies to a question, with what they could not decide. */
export const answerSchema = z.object({
  /** The preset that all the studies come from; null where there is none. */
  preset: z.string().nullable(),
  question: z.string(),
  studies: z.array(z.object({ id: z.string(), name: z.string() })),
  findings: z.array(findingSchema),
  undecided: z.array(undecidedSchema),
  contrasts: z.array(z.object({ studyId: z.string(), contrasts: z.array(contrastSchema) })),
  acrossStudies: z.array(acrossSchema),
});

export type Finding = z.infer<typeof findingSchema>;
export type Undecided = z.infer<typeof undecidedSchema>;
export type Answer = z.infer<typeof answerSchema>;

/** A study with the comparison of its arms. */
export interface AnsweredStudy {
  readonly study: Pick<StudyRecord, 'id' | 'name' | 'base' | 'runs'>;
  readonly comparison: Comparison;
}

/** A part of an answer. */
export interface AnswerPart {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
}

export function joined(parts: readonly AnswerPart[]): AnswerPart {
  return {
    findings: parts.flatMap((part) => part.findings),
    undecided: parts.flatMap((part) => part.undecided),
  };
}
