import { Argument } from 'commander';
import { NETWORKS } from '#core/network/networks.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { examples } from '../examples.ts';
import { kindExample } from '../kind-options.ts';
import type { ModelOptions } from '../model-choice.ts';
import { MODEL_KINDS, modelChoice, withModelOptions } from '../model-choice.ts';
import { countText } from '../quantity-text.ts';
import type { TextColumn } from '../text-table.ts';
import { textTable } from '../text-table.ts';

const COLUMNS: readonly TextColumn<LayerDescription>[] = [
  { title: 'layer', align: 'right', cell: ({ index }) => index },
  { title: 'name', cell: ({ name }) => name },
  { title: 'parameters', align: 'right', cell: ({ params }) => countText(params) },
  { title: 'multiply-adds', align: 'right', cell: ({ macs }) => countText(macs) },
  { title: 'variables', align: 'right', cell: ({ variables }) => variables.length },
];

export const modelsDescribeCommand: DefineCommand = (command, surroundings) => {
  withModelOptions(command.addArgument(new Argument('<kind>', 'the network').choices(MODEL_KINDS))).action(
    (model: string, options: ModelOptions) => describeModel(contextOf(surroundings, command), { model, ...options }),
  );
  examples(command, [
    `models describe ${kindExample(NETWORKS[0])}`,
    `models describe ${NETWORKS[0].kind} --input 28x28x1 --json`,
  ]);
};

function describeModel({ terminal }: Context, options: ModelOptions & { readonly model: string }): void {
  const { model, layers } = modelChoice(options);
  terminal.answer({ model, layers }, () => `${textTable(COLUMNS, layers)}\n\n${totals(layers)}`);
}

function totals(layers: readonly LayerDescription[]): string {
  const sumOf = (read: (layer: LayerDescription) => number) => layers.reduce((sum, layer) => sum + read(layer), 0);
  const params = countText(sumOf((layer) => layer.params));
  return `${layers.length} layers, ${params} parameters, ${countText(sumOf((layer) => layer.macs))} multiply-adds an image. --json names the variables.`;
}
