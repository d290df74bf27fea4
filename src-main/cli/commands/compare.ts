import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { comparisonOrder } from '../comparison-order.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { figureFormat } from '../file-format.ts';
import { pointsOfErrorFrom } from '../option-values.ts';
import { writeContent } from '../written-file.ts';

interface CompareOptions {
  readonly figure?: string;
  readonly table?: string;
  readonly margin?: number;
}

export const compareCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<study>', 'id or name of the study')
    .option('--figure <file>', 'draw the figure: .svg, .pdf, .png, .tex (pgfplots) or its numbers as .csv')
    .option('--table <file.csv>', 'write the table of all arms')
    .option(
      '--margin <points>',
      'points of test error that a policy may cost without being worse (default: what the study says)',
      pointsOfErrorFrom,
    )
    .action((study: string, options: CompareOptions) => compareStudy(contextOf(surroundings, command), study, options));
  examples(command, [
    'compare quick',
    'compare quick --margin 0.3',
    'compare quick --figure quick.svg --table quick.csv',
    'compare quick --json',
  ]);
};

async function compareStudy(context: Context, study: string, options: CompareOptions): Promise<void> {
  const format = options.figure === undefined ? null : figureFormat(options.figure);
  const { comparison, figure } = await withLab(context, async (client) => ({
    comparison: await client.studies.compare({ study, margin: options.margin }),
    figure: format && (await drawComparison(context, { study, format }, client)),
  }));
  if (options.figure !== undefined && figure !== null) await writeDrawn(context, options.figure, figure);
  if (options.table !== undefined) {
    await writeDrawn(context, options.table, await context.tools.comparisonCsv(comparison));
  }
  const table = context.terminal.json ? '' : await context.tools.terminalComparison(comparison);
  context.terminal.answer(comparison, () => table);
  for (const warning of comparison.warnings) context.terminal.line(`Careful: ${warning}`);
}

async function drawComparison(
  { tools }: Context,
  { study, format }: { readonly study: string; readonly format: FigureFormat },
  client: LabClient,
): Promise<Uint8Array> {
  const { id } = await client.studies.show({ study });
  return tools.renderFigure(comparisonOrder(id, format), client);
}

async function writeDrawn({ shell, terminal }: Context, file: string, content: string | Uint8Array): Promise<void> {
  const path = resolve(shell.folder, file);
  await writeContent(path, content);
  terminal.note(`Wrote ${path}.`);
}
