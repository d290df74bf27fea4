import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { megabytes } from '../download-text.ts';
import { examples } from '../examples.ts';
import { pathAtHome } from '../path-at-home.ts';
import { textFacts } from '../text-table.ts';
import { fitFacts } from '../weights-table.ts';

interface DescribeOptions {
  readonly path: string;
}

export const weightsDescribeCommand: DefineCommand = (command, surroundings) => {
  command
    .requiredOption('--path <file>', 'the .safetensors file')
    .action((options: DescribeOptions) => describeFile(contextOf(surroundings, command), options));
  examples(command, ['weights describe --path resnet18.safetensors']);
};

async function describeFile(context: Context, options: DescribeOptions): Promise<void> {
  const path = pathAtHome(context, options.path);
  const described = await context.terminal.during(`Hashing ${path} …`, () =>
    withLab(context, (client) => client.weights.describe({ path })),
  );
  const { file, bytes, sha256, fits } = described;
  context.terminal.answer(described, () =>
    textFacts([['file', file], ['size', megabytes(bytes)], ['SHA-256', sha256], ...fitFacts(fits)]),
  );
}
