import { headlineText } from '#core/analysis/headline.ts';
import type { StudyRecord, StudySummary } from '#core/records.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { moment } from '../quantity-text.ts';
import type { TextColumn } from '../text-table.ts';
import { textTable } from '../text-table.ts';

/** A study with the answer to what it asks, as the app's list has it. */
type ListedStudy = StudyRecord & Pick<StudySummary, 'headline'>;

const STUDY_COLUMNS: readonly TextColumn<ListedStudy>[] = [
  { title: 'id', cell: ({ id }) => id },
  { title: 'name', cell: ({ name }) => name },
  { title: 'arms', align: 'right', cell: ({ arms }) => arms.length },
  { title: 'seeds', cell: ({ seeds }) => seeds.join(',') },
  { title: 'finished', align: 'right', cell: finishedShare },
  { title: 'created', cell: ({ createdAt }) => moment(createdAt) },
  { title: 'answer', cell: ({ headline }) => (headline === null ? '' : headlineText(headline)) },
];

export const studiesListCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listStudies(contextOf(surroundings, command)));
  examples(command, ['studies list']);
};

async function listStudies(context: Context): Promise<void> {
  const studies = await withLab(context, async (client): Promise<readonly ListedStudy[]> => {
    const headlines = new Map((await client.studies.overview({})).map(({ id, headline }) => [id, headline]));
    const all = await client.studies.list({});
    return all.map((study) => ({ ...study, headline: headlines.get(study.id) ?? null }));
  });
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
