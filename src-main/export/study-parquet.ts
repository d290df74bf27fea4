import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { testSplitErrors } from '#core/classes/class-errors.ts';
import type { EpochRecord, RunDetail } from '#core/records.ts';
import { MEASURED_EPOCH_SERIES } from '#core/series/series-lists.ts';
import { metricCell } from './metric-cell.ts';
import type { StudyInFile, StudyToRead } from './study-data.ts';

interface Row {
  readonly run: RunDetail;
  readonly epoch: EpochRecord;
}

interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'INT32' | 'DOUBLE';
  readonly cell: (row: Row, head: StudyInFile) => string | number | null;
}

/** One row per epoch, with the properties of its run; errors and savings are fractions, times seconds. */
const COLUMNS: readonly Column[] = [
  { name: 'study', type: 'STRING', cell: (_, { study }) => study.name },
  { name: 'studyId', type: 'STRING', cell: (_, { study }) => study.id },
  { name: 'arm', type: 'STRING', cell: ({ run }) => run.arm },
  { name: 'role', type: 'STRING', cell: ({ run }, head) => armOf(run, head)?.role ?? null },
  { name: 'policy', type: 'STRING', cell: ({ run }) => JSON.stringify(run.spec.policy) },
  { name: 'runId', type: 'STRING', cell: ({ run }) => run.id },
  { name: 'seed', type: 'DOUBLE', cell: ({ run }) => run.seed },
  { name: 'status', type: 'STRING', cell: ({ run }) => run.status },
  { name: 'epoch', type: 'INT32', cell: ({ epoch }) => epoch.epoch },
  { name: 'trainLoss', type: 'DOUBLE', cell: ({ epoch }) => epoch.trainLoss },
  { name: 'validationLoss', type: 'DOUBLE', cell: ({ epoch }) => epoch.validationLoss },
  { name: 'validationError', type: 'DOUBLE', cell: ({ epoch }) => epoch.validationError },
  ...MEASURED_EPOCH_SERIES.map(
    ({ key, of }): Column => ({
      name: key,
      type: of === 'run' ? 'DOUBLE' : 'STRING',
      cell: ({ epoch }) => metricCell(epoch, key),
    }),
  ),
  { name: 'frozenLayers', type: 'INT32', cell: ({ epoch }) => epoch.frozenLayers },
  { name: 'trainingSeconds', type: 'DOUBLE', cell: ({ epoch }) => epoch.seconds.training },
  { name: 'evaluationSeconds', type: 'DOUBLE', cell: ({ epoch }) => epoch.seconds.evaluation },
  { name: 'checkpointSeconds', type: 'DOUBLE', cell: ({ epoch }) => epoch.seconds.checkpoint },
  { name: 'otherLoad', type: 'DOUBLE', cell: ({ epoch }) => epoch.conditions.otherLoad },
  { name: 'throttledSeconds', type: 'DOUBLE', cell: ({ epoch }) => epoch.conditions.throttledSeconds },
  { name: 'thermalThrottles', type: 'DOUBLE', cell: ({ epoch }) => epoch.conditions.thermalThrottles },
  { name: 'frequencyMHz', type: 'DOUBLE', cell: ({ epoch }) => epoch.conditions.frequencyMHz },
  { name: 'runTestError', type: 'DOUBLE', cell: ({ run }) => run.testError },
  {
    name: 'runBalancedAccuracy',
    type: 'DOUBLE',
    cell: ({ run }) => testSplitErrors(run.splitErrors)?.balancedAccuracy ?? null,
  },
  {
    name: 'runTopFiveError',
    type: 'DOUBLE',
    cell: ({ run }) => testSplitErrors(run.splitErrors)?.topFiveError ?? null,
  },
  { name: 'runTrainingSeconds', type: 'DOUBLE', cell: ({ run }) => run.seconds.training },
  { name: 'runComputeSaved', type: 'DOUBLE', cell: ({ run }) => run.computeSaved },
  { name: 'runProfileSaved', type: 'DOUBLE', cell: ({ run }) => run.profileSaved },
  { name: 'runDataSha256', type: 'STRING', cell: ({ run }) => run.data?.sha256 ?? null },
  { name: 'runWeightsSha256', type: 'STRING', cell: ({ run }) => run.weights?.sha256 ?? null },
];

/** Rows of the first group, by which a reader shows the beginning quickly, and of all others. */
const GROUP_ROWS = { first: 1000, others: 10_000 } as const;

/** Group after group, so that no more rows are in memory than one has. */
export async function* studyParquet(study: StudyToRead): AsyncGenerator<Uint8Array> {
  const writer = new PieceWriter();
  const schema = schemaFromColumnData({ columnData: columnsOf([], study) });
  const file = new ParquetWriter({ writer, schema, createdBy: 'FreezeOut Lab' });
  let mostRows: number = GROUP_ROWS.first;
  let rows: Row[] = [];
  const writeGroup = () => {
    file.write({ columnData: columnsOf(rows, study), rowGroupSize: rows.length });
    rows = [];
    mostRows = GROUP_ROWS.others;
    return writer.take();
  };
  for (const run of study.runs) {
    const detail = await study.detailOf(run);
    for (const epoch of detail.epochs) {
      rows.push({ run: detail, epoch });
      if (rows.length === mostRows) yield writeGroup();
    }
  }
  if (rows.length > 0) yield writeGroup();
  file.finish();
  yield writer.take();
}

function columnsOf(rows: readonly Row[], head: StudyInFile) {
  return COLUMNS.map(({ name, type, cell }) => ({
    name,
    type,
    nullable: true,
    data: rows.map((row) => cell(row, head)),
  }));
}

/** Gives away what it has written so far; the places of later parts count it. */
class PieceWriter extends ByteWriter {
  take(): Uint8Array {
    const piece = this.getBytes().slice();
    this.index = 0;
    return piece;
  }
}

function armOf(run: RunDetail, { study }: StudyInFile) {
  return study.arms.find((arm) => arm.name === run.arm);
}
