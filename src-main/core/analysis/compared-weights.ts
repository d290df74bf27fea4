import { z } from 'zod';
import { shortHash } from '#core/data/run-data.ts';
import { studyInputsOf } from '#core/data/study-inputs.ts';
import { runWeightsSchema } from '#core/weights/run-weights.ts';
import { enumerated } from './name-list.ts';
import { countedNoun } from './quantity.ts';
import type { StudyToCompare } from './study-to-compare.ts';

const { sha256 } = runWeightsSchema.shape;

/** The weights with which the compared runs began. */
export const comparedWeightsSchema = z.object({
  /** The hash of the study's weights; null where its runs draw them, or where no run recorded it. */
  sha256: sha256.nullable(),
  /** Finished runs that began with other weights than the study's, which do not count. */
  leftOut: z.array(z.object({ runId: z.string(), arm: z.string().nullable(), seed: z.int(), sha256 })),
});
export type ComparedWeights = z.infer<typeof comparedWeightsSchema>;

export function comparedWeightsOf(study: StudyToCompare): ComparedWeights {
  const { weights } = studyInputsOf(study);
  const finished = study.runs.filter((run) => run.status === 'finished' && !run.deleted);
  return {
    sha256: weights?.sha256 ?? null,
    leftOut: finished.flatMap(({ id, arm, seed, weights: own }) =>
      own === null || own.sha256 === weights?.sha256 ? [] : [{ runId: id, arm, seed, sha256: own.sha256 }],
    ),
  };
}

/** Which runs do not count since they began with other weights. */
export function weightsWarnings({ sha256: expected, leftOut }: ComparedWeights): string[] {
  if (expected === null || leftOut.length === 0) return [];
  const hashes = [...new Set(leftOut.map((run) => shortHash(run)))].join(', ');
  const seeds = [...new Set(leftOut.map(({ seed }) => seed))].toSorted((one, other) => one - other);
  const [begins, are] = leftOut.length === 1 ? ['begins', 'is'] : ['begin', 'are'];
  return [
    `${countedNoun(leftOut.length, 'run')} that ${begins} with other weights (${hashes}) than the study's baseline (${shortHash({ sha256: expected })}) ${are} left out: ${seeds.length === 1 ? 'seed' : 'seeds'} ${enumerated(seeds.map(String))}.`,
  ];
}
