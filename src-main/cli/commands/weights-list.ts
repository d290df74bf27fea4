import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { weightsTable } from '../weights-table.ts';

export const weightsListCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listWeights(contextOf(surroundings, command)));
  examples(command, ['weights list']);
};

async function listWeights(context: Context): Promise<void> {
  const entries = await withLab(context, (client) => client.weights.list({}));
  context.terminal.answer(entries, () => weightsTable(entries));
}
