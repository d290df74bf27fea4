import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { FigureOrder } from '#contract/exporter.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import { figureFormat } from './file-format.ts';
import type { CompareOptions } from './study-commands.ts';
import { writeContent } from './written-file.ts';

/** `compare STUDY [--margin POINTS] [--figure F.svg] [--table F.csv]` */
export async function compareStudy(context: Context, study: string, options: CompareOptions): Promise<void> {
  const format = options.figure === undefined ? null : figureFormat(options.figure);
  const { comparison, figure } = await withLab(context, async (client) => ({
    comparison: await client.studies.compare({ study, margin: options.margin }),
    figure: format && (await drawComparison(context, { study, format }, client)),
  }));
  if (options.figure !== undefined && figure !== null) await writeDrawn(context, options.figure, figure);
  if (options.table !== undefined) {
    await writeDrawn(context, options.table, await context.tools.comparisonCsv(comparison));
  }
  const table = context.terminal.json ? '' : await context.tools.comparisonTable(comparison);
  context.terminal.answer(comparison, () => table);
  for (const warning of comparison.warnings) context.terminal.line(`Careful: ${warning}`);
}

/** The study's plot, page-wide. */
async function drawComparison(
  { tools }: Context,
  { study, format }: { readonly study: string; readonly format: FigureFormat },
  client: LabClient,
): Promise<Uint8Array> {
  const { id } = await client.studies.show({ study });
  return tools.renderFigure(comparisonOrder(id, format), client);
}

export function comparisonOrder(studyId: string, format: FigureFormat): FigureOrder {
  const view = comparisonViewSchema.parse({ studies: [studyId] });
  return {
    figure: { kind: 'comparison', view, rangeX: null, rangeY: null },
    layout: figureLayoutSchema.parse({}),
    format,
  };
}

async function writeDrawn({ shell, terminal }: Context, file: string, content: string | Uint8Array): Promise<void> {
  const path = resolve(shell.folder, file);
  await writeContent(path, content);
  terminal.note(`Wrote ${path}.`);
}
