import { resolve } from 'node:path';
import type { DatasetKind } from '#core/data/dataset-kind.ts';
import { DATASET_KINDS } from '#core/data/dataset-kinds.ts';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import { parse } from '#core/validation.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { datasetTable } from '../dataset-table.ts';
import { examples } from '../examples.ts';
import { kindSpec, withKindOptions } from '../kind-options.ts';
import { anyOf } from '../option-values.ts';

interface AddDatasetOptions {
  readonly kind: string;
  readonly path?: string;
  readonly replace?: boolean;
}

const kinds: readonly DatasetKind[] = DATASET_KINDS;

export const datasetsAddCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name by which specs refer to the data set')
    .requiredOption('--kind <kind>', anyOf(kinds.map(({ kind }) => kind)))
    .option('--path <path>', 'the folder, archive or file')
    .option('--replace', 'replace the data set of that name; runs that began on its files look for those again');
  withKindOptions(command, kinds).action((name: string, options: AddDatasetOptions) =>
    addDataset(contextOf(surroundings, command), name, options),
  );
  examples(
    command,
    kinds.flatMap(({ example }) => example ?? []),
  );
};

async function addDataset(context: Context, name: string, options: AddDatasetOptions): Promise<void> {
  const { kind, path, replace = false } = options;
  const place = path === undefined ? {} : { path: resolve(context.shell.folder, path) };
  const location = parse(datasetLocationSchema, { ...kindSpec(kinds, kind, options), ...place }, 'the options');
  await context.tools.describeDataset(location);
  const added = await withLab(context, (client) => client.datasets.add({ name, location, replace }));
  context.terminal.answer(added, () => datasetTable([added]));
}
