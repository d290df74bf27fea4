import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';

export const weightsRemoveCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name of weights that were added')
    .action((name: string) => removeWeights(contextOf(surroundings, command), name));
  examples(command, ['weights remove resnet18']);
};

async function removeWeights(context: Context, name: string): Promise<void> {
  const removed = await withLab(context, (client) => client.weights.remove({ name }));
  context.terminal.answer(removed, () => `${name} is removed; the file that was added stays where it is.`);
}
