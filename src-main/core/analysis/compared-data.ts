import { z } from 'zod';
import { type RunData, runDataSchema, shortHash } from '#core/data/run-data.ts';
import { mayBeSame, studyInputsOf } from '#core/data/study-inputs.ts';
import { enumerated } from './name-list.ts';
import { countedNoun } from './quantity.ts';
import type { ComparedRun, StudyToCompare } from './study-to-compare.ts';

/** The data on which the compared runs trained. */
export const comparedDataSchema = z.object({
  /** The hash of the study's data; null where no run recorded it. */
  sha256: runDataSchema.shape.sha256.nullable(),
  /** Finished runs of version 0.1.0, which count although they did not record their data. */
  unrecorded: z.int().min(0),
  /** Finished runs on other data than the study's, which do not count. */
  leftOut: z.array(
    z.object({ runId: z.string(), arm: z.string().nullable(), seed: z.int(), sha256: runDataSchema.shape.sha256 }),
  ),
});
export type ComparedData = z.infer<typeof comparedDataSchema>;

export function comparedDataOf(study: StudyToCompare): ComparedData {
  const { data } = studyInputsOf(study);
  const finished = study.runs.filter((run) => run.status === 'finished' && !run.deleted);
  return {
    sha256: data?.sha256 ?? null,
    unrecorded: finished.filter((run) => run.data === null).length,
    leftOut: finished.flatMap((run) => leftOut(run, data)),
  };
}

function leftOut({ id, arm, seed, data }: ComparedRun, expected: RunData | null): ComparedData['leftOut'] {
  return data === null || mayBeSame(data, expected) ? [] : [{ runId: id, arm, seed, sha256: data.sha256 }];
}

/** Which runs do not count since their data are others, and of which runs that is not known. */
export function dataWarnings({ sha256, unrecorded, leftOut: others }: ComparedData): string[] {
  const warnings: string[] = [];
  if (sha256 !== null && others.length > 0) {
    const hashes = [...new Set(others.map((run) => shortHash(run)))].join(', ');
    const seeds = [...new Set(others.map(({ seed }) => seed))].toSorted((one, other) => one - other);
    const verb = others.length === 1 ? 'is' : 'are';
    warnings.push(
      `${countedNoun(others.length, 'run')} on other images (${hashes}) than the study's baseline (${shortHash({ sha256 })}) ${verb} left out: ${seeds.length === 1 ? 'seed' : 'seeds'} ${enumerated(seeds.map(String))}.`,
    );
  }
  if (unrecorded > 0) {
    const verb = unrecorded === 1 ? 'is' : 'are';
    warnings.push(
      `The data of ${countedNoun(unrecorded, 'run')} ${verb} not recorded, as in version 0.1.0: nothing shows that all runs trained on the same images.`,
    );
  }
  return warnings;
}
