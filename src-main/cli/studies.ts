import { percent } from '#core/analysis/quantity.ts';
import type { ArmRecord, StudyRecord } from '#core/records.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import { moment } from './quantity-text.ts';
import { runTable } from './run-text.ts';
import type { Column } from './text-table.ts';
import { textFacts, textTable } from './text-table.ts';

const STUDY_COLUMNS: readonly Column<StudyRecord>[] = [
  { title: 'id', cell: ({ id }) => id },
  { title: 'name', cell: ({ name }) => name },
  { title: 'arms', align: 'right', cell: ({ arms }) => arms.length },
  { title: 'seeds', cell: ({ seeds }) => seeds.join(',') },
  { title: 'finished', align: 'right', cell: finishedShare },
  { title: 'created', cell: ({ createdAt }) => moment(createdAt) },
];

const ARM_COLUMNS: readonly Column<ArmRecord>[] = [
  { title: 'arm', cell: ({ name }) => name },
  { title: 'role', cell: ({ role }) => role },
  { title: 'steps', align: 'right', cell: ({ steps }) => steps },
  { title: 'steps from', cell: ({ stepsFrom }) => stepsFrom ?? '' },
  { title: 'compute saved', align: 'right', cell: ({ computeSaved }) => percent(computeSaved) },
];

/** `studies list` */
export async function listStudies(context: Context): Promise<void> {
  const studies = await withLab(context, (client) => client.studies.list({}));
  context.terminal.answer(studies, () =>
    studies.length === 0
      ? 'There is no study yet: `npm run study` makes the first.'
      : textTable(STUDY_COLUMNS, studies),
  );
}

/** `studies show STUDY` */
export async function showStudy(context: Context, reference: string): Promise<void> {
  const study = await withLab(context, (client) => client.studies.show({ study: reference }));
  context.terminal.answer(study, () => describe(study));
}

function describe(study: StudyRecord): string {
  const facts = textFacts([
    ['study', `${study.name} (${study.id})`],
    ['data set', typeof study.base.dataset === 'string' ? study.base.dataset : study.base.dataset.kind],
    ['model', Object.values(study.base.model).join(' ')],
    ['epochs', study.base.epochs],
    ['seeds', study.seeds.join(', ')],
    ['created', moment(study.createdAt)],
  ]);
  return [facts, textTable(ARM_COLUMNS, study.arms), runTable(study.runs)].join('\n\n');
}

function finishedShare({ runs }: StudyRecord): string {
  const kept = runs.filter((run) => !run.deleted);
  return `${kept.filter((run) => run.status === 'finished').length}/${kept.length}`;
}
