import type { StudyRecord } from '#core/records.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { moment } from '../quantity-text.ts';
import type { TextColumn } from '../text-table.ts';
import { textTable } from '../text-table.ts';

const STUDY_COLUMNS: readonly TextColumn<StudyRecord>[] = [
  { title: 'id', cell: ({ id }) => id },
  { title: 'name', cell: ({ name }) => name },
  { title: 'arms', align: 'right', cell: ({ arms }) => arms.length },
  { title: 'seeds', cell: ({ seeds }) => seeds.join(',') },
  { title: 'finished', align: 'right', cell: finishedShare },
  { title: 'created', cell: ({ createdAt }) => moment(createdAt) },
];

export const studiesListCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listStudies(contextOf(surroundings, command)));
  examples(command, ['studies list']);
};

async function listStudies(context: Context): Promise<void> {
  const studies = await withLab(context, (client) => client.studies.list({}));
  context.terminal.answer(studies, () =>
    studies.length === 0
      ? 'There is no study yet: `npm run study` makes the first.'
      : textTable(STUDY_COLUMNS, studies),
  );
}

function finishedShare({ runs }: StudyRecord): string {
  const kept = runs.filter((run) => !run.deleted);
  return `${kept.filter((run) => run.status === 'finished').length}/${kept.length}`;
}
