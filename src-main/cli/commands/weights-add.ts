import { newWeightsName } from '#contract/weights.ts';
import { parse } from '#core/validation.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { pathAtHome } from '../path-at-home.ts';
import { weightsFacts } from '../weights-table.ts';

interface AddWeightsOptions {
  readonly path: string;
  readonly replace?: boolean;
}

export const weightsAddCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name by which specs refer to the weights')
    .requiredOption('--path <file>', 'the .safetensors file; the home keeps a copy')
    .option('--replace', 'replace the weights of that name; runs that began with them keep theirs')
    .action((name: string, options: AddWeightsOptions) => addWeights(contextOf(surroundings, command), name, options));
  examples(command, ['weights add resnet18 --path resnet18.safetensors']);
};

async function addWeights(context: Context, typed: string, options: AddWeightsOptions): Promise<void> {
  const { replace = false } = options;
  const name = parse(newWeightsName, typed, 'the name of the weights');
  const path = pathAtHome(context, options.path);
  const added = await context.terminal.during(`Copying and hashing ${path} …`, () =>
    withLab(context, (client) => client.weights.add({ name, path, replace })),
  );
  context.terminal.answer(added, () => weightsFacts(added));
}
