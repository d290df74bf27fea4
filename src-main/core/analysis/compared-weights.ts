import { z } from 'zod';
import { hashSchema } from '#core/data/run-data.ts';
import { studyInputsOf } from '#core/data/study-inputs.ts';
import { leftOutRuns, leftOutRunsSchema, leftOutWarnings } from './left-out-runs.ts';
import type { StudyToCompare } from './study-to-compare.ts';

/** The weights with which the compared runs began. */
export const comparedWeightsSchema = z.object({
  /** The hash of the study's weights; null where its runs draw them, or where no run recorded it. */
  sha256: hashSchema.nullable(),
  /** Finished runs that began with other weights than the study's, which do not count. */
  leftOut: leftOutRunsSchema,
});
type ComparedWeights = z.infer<typeof comparedWeightsSchema>;

export function comparedWeightsOf(study: StudyToCompare): ComparedWeights {
  return { sha256: studyInputsOf(study).weights?.sha256 ?? null, leftOut: leftOutRuns(study, 'weights') };
}

/** Which runs do not count since they began with other weights. */
export function weightsWarnings(weights: ComparedWeights): string[] {
  return leftOutWarnings(weights, (count) => `that ${count === 1 ? 'begins' : 'begin'} with other weights`);
}
