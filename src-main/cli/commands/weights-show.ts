import { AppError } from '#core/errors.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { weightsEntryNamed } from '../weights-choice.ts';
import { weightsFacts } from '../weights-table.ts';

export const weightsShowCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name of the weights, or the id of a finished run')
    .action((name: string) => showWeights(contextOf(surroundings, command), name));
  examples(command, ['weights show resnet18', 'weights show 4k2h8d0c5t']);
};

async function showWeights(context: Context, name: string): Promise<void> {
  const entry = weightsEntryNamed(name, await withLab(context, (client) => client.weights.list({})));
  if (entry === undefined) {
    throw new AppError('not-found', `There are no weights "${name}": \`weights list\` says which there are.`);
  }
  context.terminal.answer(entry, () => weightsFacts(entry));
}
