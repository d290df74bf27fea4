import { pathOf } from '#core/data/dataset-location.ts';
import type { DatasetRecord } from '#core/records.ts';
import { countText } from './quantity-text.ts';
import type { TextColumn } from './text-table.ts';
import { textTable } from './text-table.ts';

const COLUMNS: readonly TextColumn<DatasetRecord>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'kind', cell: ({ location }) => location.kind },
  { title: 'training', align: 'right', cell: ({ training }) => countText(training) },
  { title: 'validation', align: 'right', cell: ({ validation }) => (validation === 0 ? '' : countText(validation)) },
  { title: 'test', align: 'right', cell: ({ test }) => countText(test) },
  { title: 'images', cell: ({ height, width, channels }) => `${height}x${width}x${channels}` },
  { title: 'classes', align: 'right', cell: ({ classes }) => classes },
  { title: 'path', cell: ({ location }) => pathOf(location) ?? '(made on the fly)' },
];

export function datasetTable(datasets: readonly DatasetRecord[]): string {
  return textTable(COLUMNS, datasets);
}
