import type { SavedRunsView } from '#core/runs-view.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { moment } from '../quantity-text.ts';
import type { TextColumn } from '../text-table.ts';
import { textTable } from '../text-table.ts';

const COLUMNS: readonly TextColumn<SavedRunsView>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'runs', cell: ({ view }) => view.tab },
  { title: 'filter', cell: ({ view }) => view.filter },
  { title: 'columns', align: 'right', cell: ({ view }) => view.columns.length },
  { title: 'groups', cell: ({ view }) => view.groupBy.join(', ') },
  { title: 'changed', cell: ({ changedAt }) => moment(changedAt) },
];

export const viewsListCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listViews(contextOf(surroundings, command)));
  examples(command, ['views list', 'runs list --view paper']);
};

async function listViews(context: Context): Promise<void> {
  const views = await withLab(context, (client) => client.runsViews.list({}));
  context.terminal.answer(views, () =>
    views.length === 0
      ? 'No view of the runs is saved: the table of runs in the app saves them.'
      : textTable(COLUMNS, views),
  );
}
