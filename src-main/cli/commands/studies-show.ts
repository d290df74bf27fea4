import { percent } from '#core/analysis/quantity.ts';
import type { ArmRecord, StudyRecord } from '#core/records.ts';
import { formatSeeds } from '#core/seeds.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { moment } from '../quantity-text.ts';
import { runTable } from '../run-text.ts';
import type { TextColumn } from '../text-table.ts';
import { textFacts, textTable } from '../text-table.ts';

const ARM_COLUMNS: readonly TextColumn<ArmRecord>[] = [
  { title: 'arm', cell: ({ name }) => name },
  { title: 'role', cell: ({ role }) => role },
  { title: 'steps', align: 'right', cell: ({ steps }) => steps },
  { title: 'steps from', cell: ({ stepsFrom }) => stepsFrom ?? '' },
  { title: 'compute saved', align: 'right', cell: ({ computeSaved }) => percent(computeSaved) },
];

export const studiesShowCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<study>', 'id or name of the study')
    .action((study: string) => showStudy(contextOf(surroundings, command), study));
  examples(command, ['studies show quick']);
};

async function showStudy(context: Context, reference: string): Promise<void> {
  const study = await withLab(context, (client) => client.studies.show({ study: reference }));
  context.terminal.answer(study, () => describe(study));
}

function describe(study: StudyRecord): string {
  const facts = textFacts([
    ['study', `${study.name} (${study.id})`],
    ['data set', typeof study.base.dataset === 'string' ? study.base.dataset : study.base.dataset.kind],
    ['model', Object.values(study.base.model).join(' ')],
    ['epochs', study.base.epochs],
    ['seeds', formatSeeds(study.seeds)],
    ['created', moment(study.createdAt)],
    ...(study.archived ? [['archived', 'yes'] as const] : []),
    ...(study.deleted ? [['deleted', 'in the trash'] as const] : []),
    ...(study.tags.length > 0 ? [['tags', study.tags.join(', ')] as const] : []),
    ...(study.note === '' ? [] : [['note', study.note] as const]),
  ]);
  return [facts, textTable(ARM_COLUMNS, study.arms), runTable(study.runs)].join('\n\n');
}
