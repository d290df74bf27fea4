import { headlineText } from '#core/analysis/headline.ts';
import type { StudyRecord, StudySummary } from '#core/records.ts';
import { formatSeeds } from '#core/seeds.ts';
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
  { title: 'seeds', cell: ({ seeds }) => formatSeeds(seeds) },
  { title: 'finished', align: 'right', cell: finishedShare },
  { title: 'tags', cell: ({ tags }) => tags.join(', ') },
  { title: 'created', cell: ({ createdAt }) => moment(createdAt) },
  { title: 'answer', cell: ({ headline }) => (headline === null ? '' : headlineText(headline)) },
];

interface StudyListOptions {
  readonly archived?: boolean;
  readonly deleted?: boolean;
  readonly tag?: readonly string[];
}

export const studiesListCommand: DefineCommand = (command, surroundings) => {
  command
    .option('--archived', 'list the archived studies instead')
    .option('--deleted', 'list the studies in the trash instead')
    .option('--tag <tag...>', 'list only studies that have all these tags')
    .action((options: StudyListOptions) => listStudies(contextOf(surroundings, command), options));
  examples(command, ['studies list', 'studies list --tag paper', 'studies list --archived']);
};

async function listStudies(context: Context, options: StudyListOptions): Promise<void> {
  const { archived = false, deleted = false, tag = [] } = options;
  const all = await withLab(context, async (client): Promise<readonly ListedStudy[]> => {
    const headlines = new Map((await client.studies.overview({ deleted })).map(({ id, headline }) => [id, headline]));
    const listed = await client.studies.list({ deleted });
    return listed.map((study) => ({ ...study, headline: headlines.get(study.id) ?? null }));
  });
  const studies = all
    .filter((study) => deleted || study.archived === archived)
    .filter((study) => tag.every((one) => study.tags.includes(one)));
  context.terminal.answer(studies, () => {
    if (all.length === 0 && !deleted) return 'There is no study yet: `npm run study` makes the first.';
    return studies.length === 0 ? noStudies(options) : textTable(STUDY_COLUMNS, studies);
  });
}

function noStudies({ archived, deleted, tag }: StudyListOptions): string {
  if (tag !== undefined)
    return `No such study has ${tag.length === 1 ? 'the tag' : 'all of the tags'} ${tag.join(', ')}.`;
  if (deleted) return 'The trash is empty.';
  if (archived) return 'No study is archived.';
  return 'Every study is archived: `studies list --archived` lists them.';
}

function finishedShare({ runs }: StudyRecord): string {
  return `${runs.filter((run) => run.status === 'finished').length}/${runs.length}`;
}
