import { resolve } from 'node:path';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import type { DatasetRecord } from '#core/records.ts';
import { parse } from '#core/validation.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import type { AddDatasetOptions } from './dataset-commands.ts';
import { count } from './quantity-text.ts';
import type { Column } from './text-table.ts';
import { textTable } from './text-table.ts';

const COLUMNS: readonly Column<DatasetRecord>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'kind', cell: ({ location }) => location.kind },
  { title: 'training', align: 'right', cell: ({ training }) => count(training) },
  { title: 'test', align: 'right', cell: ({ test }) => count(test) },
  { title: 'images', cell: ({ height, width, channels }) => `${height}x${width}x${channels}` },
  { title: 'classes', align: 'right', cell: ({ classes }) => classes },
  { title: 'path', cell: ({ location }) => ('path' in location ? location.path : '(made on the fly)') },
];

/** `datasets list` */
export async function listDatasets(context: Context): Promise<void> {
  const datasets = await withLab(context, (client) => client.datasets.list({}));
  context.terminal.answer(datasets, () => textTable(COLUMNS, datasets));
}

/** `datasets add NAME --kind K --path P [--size S]` */
export async function addDataset(
  context: Context,
  name: string,
  { path, ...options }: AddDatasetOptions,
): Promise<void> {
  const place = path === undefined ? {} : { path: resolve(context.shell.folder, path) };
  const location = parse(datasetLocationSchema, { ...options, ...place }, 'the options');
  await context.tools.describeDataset(location);
  const added = await withLab(context, (client) => client.datasets.add({ name, location }));
  context.terminal.answer(added, () => textTable(COLUMNS, [added]));
}

/** `datasets verify NAME` */
export async function verifyDataset(context: Context, name: string): Promise<void> {
  const dataset = await withLab(context, (client) => client.datasets.verify({ name }));
  context.terminal.answer(dataset, () => `${name} is whole and unchanged: SHA-256 ${dataset.sha256}.`);
}
