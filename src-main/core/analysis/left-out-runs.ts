import { z } from 'zod';
import { hashSchema, shortHash } from '#core/data/run-data.ts';
import type { StudyInputs } from '#core/data/study-inputs.ts';
import { mayBeSame, studyInputsOf } from '#core/data/study-inputs.ts';
import { namedSeeds } from '../seeds.ts';
import { countedNoun } from './quantity.ts';
import type { ComparedRun, StudyToCompare } from './study-to-compare.ts';

/** Finished runs with another input than the study's, which do not count. */
export const leftOutRunsSchema = z.array(
  z.object({ runId: z.string(), arm: z.string().nullable(), seed: z.int(), sha256: hashSchema }),
);
type LeftOutRuns = z.infer<typeof leftOutRunsSchema>;

/** The finished runs that may count. */
export function finishedRunsOf({ runs }: StudyToCompare): readonly ComparedRun[] {
  return runs.filter((run) => run.status === 'finished' && !run.deleted);
}

/** The finished runs whose data, or whose weights, are not the study's. */
export function leftOutRuns(study: StudyToCompare, input: keyof StudyInputs): LeftOutRuns {
  const expected = studyInputsOf(study)[input];
  return finishedRunsOf(study).flatMap(({ id, arm, seed, [input]: own }) =>
    own === null || mayBeSame(own, expected) ? [] : [{ runId: id, arm, seed, sha256: own.sha256 }],
  );
}

interface ComparedInput {
  readonly sha256: string | null;
  readonly leftOut: LeftOutRuns;
}

/** Which runs do not count, and why; `withOthers` says it of one run and of several: "on other images". */
export function leftOutWarnings(
  { sha256: expected, leftOut }: ComparedInput,
  withOthers: (count: number) => string,
): string[] {
  if (expected === null || leftOut.length === 0) return [];
  const hashes = [...new Set(leftOut.map((run) => shortHash(run)))].join(', ');
  const seeds = [...new Set(leftOut.map(({ seed }) => seed))].toSorted((one, other) => one - other);
  const verb = leftOut.length === 1 ? 'is' : 'are';
  return [
    `${countedNoun(leftOut.length, 'run')} ${withOthers(leftOut.length)} (${hashes}) than the study's baseline (${shortHash({ sha256: expected })}) ${verb} left out: ${namedSeeds(seeds)}.`,
  ];
}
