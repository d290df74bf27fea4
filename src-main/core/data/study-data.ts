import type { ArmRole } from '../study.ts';
import type { RunData } from './run-data.ts';

/** What is needed to know about a run of a study to tell whether its data are the study's. */
export interface RunOfStudy {
  readonly arm: string | null;
  readonly status: string;
  readonly deleted: boolean;
  readonly data: RunData | null;
}

export interface StudyOfRuns<Run extends RunOfStudy = RunOfStudy> {
  readonly arms: readonly { readonly name: string; readonly role: ArmRole }[];
  readonly runs: readonly Run[];
}

/**
 * The data of a study are those of its first finished run of the baseline. Before there is one, they are those of the baseline's
 * first run, then those of any arm's. Null where no run recorded its data, as in version 0.1.0.
 */
export function studyDataOf({ arms, runs }: StudyOfRuns): RunData | null {
  const baseline = arms.find(({ role }) => role === 'baseline')?.name;
  const recorded = runs.filter((run) => !run.deleted && run.data !== null);
  const ofBaseline = recorded.filter(({ arm }) => arm === baseline);
  const first = ofBaseline.find(({ status }) => status === 'finished') ?? ofBaseline[0] ?? recorded[0];
  return first?.data ?? null;
}

/** Whether the run may be compared with others on these data. Runs that did not record theirs may: nothing tells them apart. */
export function isOnData({ data }: Pick<RunOfStudy, 'data'>, expected: RunData | null): boolean {
  return data === null || expected === null || data.sha256 === expected.sha256;
}

/** The study without the runs on other data than its own. */
export function onStudyData<Run extends RunOfStudy, Study extends StudyOfRuns<Run>>(study: Study): Study {
  const data = studyDataOf(study);
  return { ...study, runs: study.runs.filter((run) => isOnData(run, data)) };
}
