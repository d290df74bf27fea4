import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { datasetTable } from '../dataset-table.ts';
import { examples } from '../examples.ts';

export const datasetsListCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listDatasets(contextOf(surroundings, command)));
  examples(command, ['datasets list']);
};

async function listDatasets(context: Context): Promise<void> {
  const datasets = await withLab(context, (client) => client.datasets.list({}));
  context.terminal.answer(datasets, () => datasetTable(datasets));
}
