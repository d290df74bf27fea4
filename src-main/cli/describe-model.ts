import type { LayerDescription } from '#core/network/shape-ops.ts';
import type { Context } from './context.ts';
import { modelChoice } from './model-choice.ts';
import type { ModelOptions } from './network-commands.ts';
import { count } from './quantity-text.ts';
import type { Column } from './text-table.ts';
import { textTable } from './text-table.ts';

const COLUMNS: readonly Column<LayerDescription>[] = [
  { title: 'layer', align: 'right', cell: ({ index }) => index },
  { title: 'name', cell: ({ name }) => name },
  { title: 'parameters', align: 'right', cell: ({ params }) => count(params) },
  { title: 'multiply-adds', align: 'right', cell: ({ macs }) => count(macs) },
  { title: 'variables', align: 'right', cell: ({ variables }) => variables.length },
];

/** `models describe KIND` */
export function describeModel({ terminal }: Context, options: ModelOptions & { readonly model: string }): void {
  const { model, layers } = modelChoice(options);
  terminal.answer({ model, layers }, () => `${textTable(COLUMNS, layers)}\n\n${totals(layers)}`);
}

function totals(layers: readonly LayerDescription[]): string {
  const sumOf = (read: (layer: LayerDescription) => number) => layers.reduce((sum, layer) => sum + read(layer), 0);
  const params = count(sumOf((layer) => layer.params));
  return `${layers.length} layers, ${params} parameters, ${count(sumOf((layer) => layer.macs))} multiply-adds an image. --json names the variables.`;
}
