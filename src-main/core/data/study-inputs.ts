import type { ArmRole } from '../study.ts';
import type { RunWeights } from '../weights/run-weights.ts';
import type { RunData } from './run-data.ts';

/** What runs of one study must share: their data, and the weights with which they begin. Null where no run recorded them. */
export interface StudyInputs {
  readonly data: RunData | null;
  readonly weights: RunWeights | null;
}

/** What is needed to know about a run of a study to tell whether its data and weights are the study's. */
export interface RunOfStudy extends StudyInputs {
  readonly arm: string | null;
  readonly status: string;
  readonly deleted: boolean;
}

export interface StudyOfRuns<Run extends RunOfStudy = RunOfStudy> {
  readonly arms: readonly { readonly name: string; readonly role: ArmRole }[];
  readonly runs: readonly Run[];
}

/**
 * The data of a study are those of its first finished run of the baseline. Before there is one, they are those of the baseline's
 * first run, then those of any arm's. Null where no run recorded its data, as in version 0.1.0. The same holds for weights.
 */
export function studyInputsOf(study: StudyOfRuns): StudyInputs {
  return { data: firstRecorded(study, ({ data }) => data), weights: firstRecorded(study, ({ weights }) => weights) };
}

function firstRecorded<Input>({ arms, runs }: StudyOfRuns, inputOf: (run: RunOfStudy) => Input | null): Input | null {
  const baseline = arms.find(({ role }) => role === 'baseline')?.name;
  const recorded = runs.filter((run) => !run.deleted && inputOf(run) !== null);
  const ofBaseline = recorded.filter(({ arm }) => arm === baseline);
  const first = ofBaseline.find(({ status }) => status === 'finished') ?? ofBaseline[0] ?? recorded[0];
  return first === undefined ? null : inputOf(first);
}

/** Whether two inputs may be compared. Where one was not recorded they may: nothing tells them apart. */
export function mayBeSame(one: RunData | RunWeights | null, other: RunData | RunWeights | null): boolean {
  return one === null || other === null || one.sha256 === other.sha256;
}

/** Whether the run may be compared with others on these data and weights. */
export function isOnInputs(run: StudyInputs, expected: StudyInputs): boolean {
  return mayBeSame(run.data, expected.data) && mayBeSame(run.weights, expected.weights);
}

/** The study without the runs on other data than its own, or with other weights. */
export function onStudyInputs<Run extends RunOfStudy, Study extends StudyOfRuns<Run>>(study: Study): Study {
  const inputs = studyInputsOf(study);
  return { ...study, runs: study.runs.filter((run) => isOnInputs(run, inputs)) };
}
