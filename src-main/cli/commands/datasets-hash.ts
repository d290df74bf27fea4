import { type DatasetLocation, datasetLocationSchema } from '#core/data/dataset-location.ts';
import { jsonOf } from '#core/json-of.ts';
import { parse } from '#core/validation.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { examples } from '../examples.ts';

export const datasetsHashCommand: DefineCommand = (command, surroundings) => {
  command
    .argument(
      '<dataset>',
      'a data set that comes with the set-up, by its name, or a location as specs have it, in JSON',
    )
    .action((dataset: string) => hashDataset(contextOf(surroundings, command), dataset));
  examples(command, ['datasets hash fashion-mnist', `datasets hash '{"kind": "cifar10", "path": "/shared/cifar10"}'`]);
};

/** Needs no home: hosts ask other machines so. */
async function hashDataset({ tools, terminal }: Context, dataset: string): Promise<void> {
  const named: string | DatasetLocation = dataset.startsWith('{')
    ? parse(datasetLocationSchema, jsonOf(dataset), 'The data set')
    : dataset;
  const found = await tools.hashDataset(named);
  terminal.answer(found, () => `${found.withValidation ?? found.sha256}`);
}
