import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { testSplitErrors } from '#core/classes/class-errors.ts';
import { type Cell, csvLine } from '#core/csv-text.ts';
import type { RunDetail } from '#core/records.ts';
import { isOfMachine, MEASURED_EPOCH_SERIES } from '#core/series/series-lists.ts';
import { metricCell } from './metric-cell.ts';
import type { StudyInFile, StudyToRead } from './study-data.ts';

interface Subject {
  readonly arm: ComparedArm;
  /** The run; null in the row of the arm itself. */
  readonly run: RunDetail | null;
}

type Column = readonly [title: string, cell: (subject: Subject, head: StudyInFile) => Cell | undefined];

/**
 * The column `row` says what a line describes: an `arm` (means over its pairs, with the ends of their intervals) or one `run` (its
 * own numbers, and its differences from the baseline's run of the same seed). Fractions and seconds; unknown is an empty cell.
 */
const COLUMNS: readonly Column[] = [
  ['row', ({ run }) => (run === null ? 'arm' : 'run')],
  ['study', (_, { study }) => study.name],
  ['studyId', (_, { study }) => study.id],
  ['arm', ({ arm }) => arm.name],
  ['role', ({ arm }) => arm.role],
  ['of', ({ arm }) => arm.of],
  ['policy', ({ arm }) => JSON.stringify(arm.policy)],
  ['seed', ({ run }) => run?.seed ?? null],
  ['runId', ({ run }) => run?.id ?? null],
  ['status', ({ run }) => run?.status ?? null],
  ['pairs', ({ arm, run }) => (run === null ? arm.points.length : null)],
  ['epochs', ({ run }) => run?.epoch ?? null],
  ['steps', ({ run }) => run?.steps ?? null],
  ['seconds.training', ({ run }) => run?.seconds.training ?? null],
  ['seconds.evaluation', ({ run }) => run?.seconds.evaluation ?? null],
  ['seconds.checkpoint', ({ run }) => run?.seconds.checkpoint ?? null],
  ['saved.compute', ({ arm, run }) => run?.computeSaved ?? arm.saved.compute],
  ['saved.profile', ({ arm, run }) => (run === null ? arm.saved.profile : run.profileSaved)],
  ['saved.wall', (subject) => (subject.run === null ? subject.arm.saved.wall : pointOf(subject)?.wall)],
  ['validationError', ({ run }) => run?.validationError ?? null],
  ...MEASURED_EPOCH_SERIES.filter((series) => !isOfMachine(series)).map(
    ({ key }): Column => [key, ({ run }) => metricCell(run?.epochs.at(-1), key)],
  ),
  ['testError', ({ arm, run }) => (run === null ? arm.testError : run.testError)],
  ['balancedAccuracy', ({ run }) => run && testSplitErrors(run.splitErrors)?.balancedAccuracy],
  ['topFiveError', ({ run }) => run && testSplitErrors(run.splitErrors)?.topFiveError],
  ['errorDelta', (subject) => (subject.run === null ? subject.arm.errorDelta : pointOf(subject)?.errorDelta)],
  [
    'relativeErrorIncrease',
    (subject) => (subject.run === null ? subject.arm.relativeErrorIncrease : pointOf(subject)?.relativeErrorIncrease),
  ],
  ['ci.level', ({ arm, run }) => (run === null ? arm.ci.level : null)],
  ...(['wall', 'profile', 'errorDelta', 'relativeErrorIncrease'] as const).flatMap((measure): Column[] => [
    [`ci.${measure}.low`, ({ arm, run }) => (run === null ? arm.ci[measure]?.[0] : null)],
    [`ci.${measure}.high`, ({ arm, run }) => (run === null ? arm.ci[measure]?.[1] : null)],
  ]),
  ['onFront', ({ arm, run }) => (run === null ? arm.onFront : null)],
  ['device', ({ run }) => run?.environment?.device ?? null],
  ['host', ({ run }) => run?.environment?.host ?? null],
  ['threads', ({ run }) => run?.environment?.threads?.intraOp ?? null],
  ['cores', ({ run }) => run?.environment?.cores ?? null],
  ['otherLoad', ({ run }) => run?.conditions.otherLoad ?? null],
  ['throttledSeconds', ({ run }) => run?.conditions.throttledSeconds ?? null],
  ['thermalThrottles', ({ run }) => run?.conditions.thermalThrottles ?? null],
  ['frequencyMHz', ({ run }) => run?.conditions.frequencyMHz ?? null],
  ['data.sha256', ({ run }) => run?.data?.sha256 ?? null],
  ['weights.sha256', ({ run }) => run?.weights?.sha256 ?? null],
];

/** Line by line: each arm, then its runs. */
export async function* studyCsv(study: StudyToRead): AsyncGenerator<string> {
  const line = (subject: Subject) => csvLine(COLUMNS.map(([, cell]) => cell(subject, study) ?? null));
  yield csvLine(COLUMNS.map(([title]) => title));
  for (const arm of study.comparison.arms) {
    yield line({ arm, run: null });
    for (const run of study.runs) if (run.arm === arm.name) yield line({ arm, run: await study.detailOf(run) });
  }
}

function pointOf({ arm, run }: Subject): ComparedArm['points'][number] | undefined {
  return arm.points.find((point) => point.runId === run?.id);
}
