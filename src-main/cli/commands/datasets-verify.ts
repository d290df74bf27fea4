import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';

export const datasetsVerifyCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name of the data set')
    .action((name: string) => verifyDataset(contextOf(surroundings, command), name));
  examples(command, ['datasets verify cifar']);
};

async function verifyDataset(context: Context, name: string): Promise<void> {
  const dataset = await withLab(context, (client) => client.datasets.verify({ name }));
  context.terminal.answer(dataset, () => `${name} is whole and unchanged: SHA-256 ${dataset.sha256}.`);
}
