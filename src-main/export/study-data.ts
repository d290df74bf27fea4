import type { Comparison } from '#core/analysis/comparison.ts';
import type { RunDetail, StudyRecord } from '#core/records.ts';
import type { StudySource } from './study-source.ts';

/** All the data for files of a study; the runs are in the order of its arms and seeds, without deleted ones. */
export interface StudyData {
  readonly study: StudyRecord;
  readonly comparison: Comparison;
  readonly runs: readonly RunDetail[];
}

export async function readStudy(id: string, source: StudySource): Promise<StudyData> {
  const [study, comparison] = await Promise.all([source.study(id), source.compare(id)]);
  const order = comparison.arms.map((arm) => arm.name);
  const kept = study.runs.filter((run) => !run.deleted);
  const sorted = kept.toSorted(
    (one, other) => order.indexOf(one.arm ?? '') - order.indexOf(other.arm ?? '') || one.seed - other.seed,
  );
  const runs: RunDetail[] = [];
  for (const run of sorted) runs.push(await source.run(run.id));
  return { study, comparison, runs };
}
