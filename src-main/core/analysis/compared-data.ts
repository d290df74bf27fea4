import { z } from 'zod';
import { hashSchema } from '#core/data/run-data.ts';
import { studyInputsOf } from '#core/data/study-inputs.ts';
import { finishedRunsOf, leftOutRuns, leftOutRunsSchema, leftOutWarnings } from './left-out-runs.ts';
import { countedNoun } from './quantity.ts';
import type { StudyToCompare } from './study-to-compare.ts';

/** The data on which the compared runs trained. */
export const comparedDataSchema = z.object({
  /** The hash of the study's data; null where no run recorded it. */
  sha256: hashSchema.nullable(),
  /** Finished runs of version 0.1.0, which count although they did not record their data. */
  unrecorded: z.int().min(0),
  /** Finished runs on other data than the study's, which do not count. */
  leftOut: leftOutRunsSchema,
});
type ComparedData = z.infer<typeof comparedDataSchema>;

export function comparedDataOf(study: StudyToCompare): ComparedData {
  return {
    sha256: studyInputsOf(study).data?.sha256 ?? null,
    unrecorded: finishedRunsOf(study).filter((run) => run.data === null).length,
    leftOut: leftOutRuns(study, 'data'),
  };
}

/** Which runs do not count since their data are others, and of which runs that is not known. */
export function dataWarnings(data: ComparedData): string[] {
  const { unrecorded } = data;
  const leftOut = leftOutWarnings(data, () => 'on other images');
  if (unrecorded === 0) return leftOut;
  const verb = unrecorded === 1 ? 'is' : 'are';
  return [
    ...leftOut,
    `The data of ${countedNoun(unrecorded, 'run')} ${verb} not recorded, as in version 0.1.0: nothing shows that all runs trained on the same images.`,
  ];
}
