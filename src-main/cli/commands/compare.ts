import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { ExportedFile } from '#contract/exporter.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { comparisonOrder } from '../comparison-order.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { figureFormat } from '../file-format.ts';
import { pointsOfErrorFrom } from '../option-values.ts';
import { writeContent, writeExported } from '../written-file.ts';

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
  const { figure, table, margin } = options;
  // An ending that no figure has is refused before anything is computed.
  const format = figure === undefined ? null : figureFormat(figure);
  await withLab(context, async (client) => {
    const comparison = await client.studies.compare({ study, margin });
    // The answer comes first: a file that cannot be drawn or written must not cost it.
    await printComparison(context, comparison);
    if (figure !== undefined && format !== null) {
      await writeDrawn(context, figure, await drawComparison(context, { study, format }, client));
    }
    if (table !== undefined) await writeTable(context, table, await context.tools.comparisonCsv(comparison));
  });
}

async function printComparison({ terminal, tools }: Context, comparison: Comparison): Promise<void> {
  const table = terminal.json ? '' : await tools.terminalComparison(comparison);
  terminal.answer(comparison, () => table);
  for (const warning of comparison.warnings) terminal.line(`Careful: ${warning}`);
}

async function drawComparison(
  { tools }: Context,
  { study, format }: { readonly study: string; readonly format: FigureFormat },
  client: LabClient,
): Promise<ExportedFile> {
  const { id } = await client.studies.show({ study });
  return tools.renderFigure(comparisonOrder(id, format), client);
}

async function writeDrawn(context: Context, file: string, figure: ExportedFile): Promise<void> {
  const path = resolve(context.shell.folder, file);
  await writeExported(context, path, figure);
  context.terminal.note(`Wrote ${path}.`);
}

async function writeTable(context: Context, file: string, csv: string): Promise<void> {
  const path = resolve(context.shell.folder, file);
  await writeContent(context, path, csv);
  context.terminal.note(`Wrote ${path}.`);
}
