import { resolve } from 'node:path';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import { parse } from '#core/validation.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { datasetTable } from '../dataset-table.ts';
import { examples } from '../examples.ts';
import { numberFrom } from '../option-values.ts';

interface AddDatasetOptions {
  readonly kind: string;
  readonly path?: string;
  readonly size?: number;
}

export const datasetsAddCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name by which specs refer to the data set')
    .requiredOption('--kind <kind>', 'idx, cifar10, cifar100, image-folder, npz or synthetic')
    .option('--path <path>', 'the folder, archive or file')
    .option('--size <pixels>', 'of an image folder: resize the shorter side to it, crop the centre', numberFrom)
    .action((name: string, options: AddDatasetOptions) => addDataset(contextOf(surroundings, command), name, options));
  examples(command, [
    'datasets add cifar --kind cifar10 --path ~/cifar-10-binary.tar.gz',
    'datasets add flowers --kind image-folder --path ~/flowers --size 64',
  ]);
};

async function addDataset(context: Context, name: string, { path, ...options }: AddDatasetOptions): Promise<void> {
  const place = path === undefined ? {} : { path: resolve(context.shell.folder, path) };
  const location = parse(datasetLocationSchema, { ...options, ...place }, 'the options');
  await context.tools.describeDataset(location);
  const added = await withLab(context, (client) => client.datasets.add({ name, location }));
  context.terminal.answer(added, () => datasetTable([added]));
}
