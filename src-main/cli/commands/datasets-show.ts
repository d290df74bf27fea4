import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { datasetReportText } from '../dataset-report-text.ts';
import { examples } from '../examples.ts';

interface ShowDatasetOptions {
  readonly all?: boolean;
}

export const datasetsShowCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name of the data set')
    .option('--all', 'show every class and all that was found, not only the first of each')
    .action((name: string, options: ShowDatasetOptions) =>
      showDataset(contextOf(surroundings, command), name, options),
    );
  examples(command, ['datasets show fashion-mnist', 'datasets show flowers --all']);
};

async function showDataset(context: Context, name: string, { all = false }: ShowDatasetOptions): Promise<void> {
  const report = await withLab(context, (client) => client.datasets.report({ name }));
  context.terminal.answer({ name, ...report }, () => datasetReportText(report, { all }));
}
