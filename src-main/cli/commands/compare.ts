import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { ExportedFile } from '#contract/exporter.ts';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { classCostsText } from '../class-text.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { classCostsOrder, comparisonOrder, errorVsTimeOrder } from '../figure-orders.ts';
import { figureFormat } from '../file-format.ts';
import { pointsOfErrorFrom } from '../option-values.ts';
import { printRecommendation } from '../recommendation.ts';
import { writeContent, writeExported } from '../written-file.ts';

interface CompareOptions {
  readonly figure?: string;
  readonly table?: string;
  readonly margin?: number;
  readonly classes?: boolean;
  readonly classFigure?: string;
  readonly timeFigure?: string;
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
    .option('--classes', 'say which classes pay for freezing: shown to have more errors than in the baseline, or fewer')
    .option('--class-figure <file>', 'draw what each class pays, in the formats of --figure')
    .option(
      '--time-figure <file>',
      'draw the test error over the training time of every arm, in the formats of --figure',
    )
    .action((study: string, options: CompareOptions) => compareStudy(contextOf(surroundings, command), study, options));
  examples(command, [
    'compare quick',
    'compare quick --margin 0.3',
    'compare quick --figure quick.svg --table quick.csv',
    'compare quick --classes',
    'compare quick --class-figure classes.pdf',
    'compare quick --time-figure time.svg',
    'compare quick --json',
  ]);
};

async function compareStudy(context: Context, study: string, options: CompareOptions): Promise<void> {
  const { figure, table, margin, classes = false, classFigure, timeFigure } = options;
  // An ending that no figure has is refused before anything is computed.
  const [format, classFormat, timeFormat] = [figure, classFigure, timeFigure].map((file) =>
    file === undefined ? null : figureFormat(file),
  );
  await withLab(context, async (client) => {
    const comparison = await client.studies.compare({ study, margin });
    const classCosts = classes ? await client.studies.classCosts({ study }) : null;
    // The answer comes first: a file that cannot be drawn or written must not cost it.
    await printComparison(context, comparison, classCosts);
    await printRecommendation(context, comparison, client);
    if (figure !== undefined && format !== null) {
      await writeDrawn(context, figure, await drawComparison(context, { study, format }, client));
    }
    if (table !== undefined) await writeTable(context, table, await context.tools.comparisonCsv(comparison));
    if (timeFigure !== undefined && timeFormat !== null) {
      const order = errorVsTimeOrder(comparison.studyId, timeFormat);
      await writeDrawn(context, timeFigure, await context.tools.renderFigure(order, client));
    }
    if (classFigure !== undefined && classFormat !== null) {
      const order = classCostsOrder(comparison.studyId, classFormat);
      await writeDrawn(context, classFigure, await context.tools.renderFigure(order, client));
    }
  });
}

async function printComparison(
  { terminal, tools }: Context,
  comparison: Comparison,
  classCosts: ClassCosts | null,
): Promise<void> {
  const table = terminal.json ? '' : await tools.terminalComparison(comparison);
  if (classCosts === null) terminal.answer(comparison, () => table);
  else terminal.answer({ ...comparison, classCosts }, () => `${table}\n\n${classCostsText(classCosts)}`);
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
