import type { Command } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';
import { numberFrom } from './option-values.ts';

export interface AddDatasetOptions {
  readonly kind: string;
  readonly path?: string;
  readonly size?: number;
}

/** `datasets ...` */
export function addDatasetCommands(program: Command, surroundings: Surroundings): void {
  const datasets = program.command('datasets').description('The data sets that specs may name.');
  addList(datasets, surroundings);
  addAdd(datasets, surroundings);
  addVerify(datasets, surroundings);
}

function addList(datasets: Command, surroundings: Surroundings): void {
  const list = datasets
    .command('list')
    .description('List the data sets.')
    .action(async (_options: unknown, command: Command) => {
      const { listDatasets } = await import('./datasets.ts');
      await listDatasets(contextOf(surroundings, command));
    });
  examples(list, ['datasets list']);
}

function addAdd(datasets: Command, surroundings: Surroundings): void {
  const add = datasets
    .command('add')
    .description('Give files on this machine a name.')
    .argument('<name>', 'what specs will call it')
    .requiredOption('--kind <kind>', 'idx, cifar10, cifar100, image-folder, npz or synthetic')
    .option('--path <path>', 'the folder, archive or file')
    .option('--size <pixels>', 'of an image folder: resize the shorter side to it, crop the centre', numberFrom)
    .action(async (name: string, options: AddDatasetOptions, command: Command) => {
      const { addDataset } = await import('./datasets.ts');
      await addDataset(contextOf(surroundings, command), name, options);
    });
  examples(add, [
    'datasets add cifar --kind cifar10 --path ~/cifar-10-binary.tar.gz',
    'datasets add flowers --kind image-folder --path ~/flowers --size 64',
  ]);
}

function addVerify(datasets: Command, surroundings: Surroundings): void {
  const verify = datasets
    .command('verify')
    .description('Read the files again: are they still those that were added?')
    .argument('<name>', 'a data set')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { verifyDataset } = await import('./datasets.ts');
      await verifyDataset(contextOf(surroundings, command), name);
    });
  examples(verify, ['datasets verify cifar']);
}
