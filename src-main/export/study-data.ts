import type { Comparison } from '#core/analysis/comparison.ts';
import type { RunDetail, RunRecord, StudyRecord } from '#core/records.ts';
import type { StudySource } from './study-source.ts';

/** A study and its comparison, without what its runs reported. */
export interface StudyInFile {
  readonly study: StudyRecord;
  readonly comparison: Comparison;
}

/** A study whose runs are read one by one. */
export interface StudyToRead extends StudyInFile {
  /** In the order of its arms and seeds, without deleted ones. */
  readonly runs: readonly RunRecord[];
  readonly detailOf: (run: RunRecord) => Promise<RunDetail>;
}

/** `note` gets how many runs were read, and of how many. */
export async function studyToRead(
  id: string,
  source: StudySource,
  note: (runs: number, of: number) => void = () => undefined,
): Promise<StudyToRead> {
  const [study, comparison] = await Promise.all([source.study(id), source.compare(id)]);
  const order = comparison.arms.map((arm) => arm.name);
  const kept = study.runs.filter((run) => !run.deleted);
  const runs = kept.toSorted(
    (one, other) => order.indexOf(one.arm ?? '') - order.indexOf(other.arm ?? '') || one.seed - other.seed,
  );
  let read = 0;
  const detailOf = async (run: RunRecord) => {
    note(read++, runs.length);
    return source.run(run.id);
  };
  return { study, comparison, runs, detailOf };
}
