import { resolve } from 'node:path';
import type { Predictions } from '#core/classes/predictions.ts';
import type { RunDetail } from '#core/records.ts';
import { cacheReport } from '#core/training/prefix/cache-report.ts';
import { predictionsText } from '../class-text.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { matrixOrder } from '../figure-orders.ts';
import { figureFormat } from '../file-format.ts';
import { withRunArgument } from '../run-argument.ts';
import { runText } from '../run-text.ts';
import { writeExported } from '../written-file.ts';

interface ShowOptions {
  readonly matrix?: string;
}

export const runsShowCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command)
    .option(
      '--matrix <file>',
      'draw the confusion matrix of the test images: .svg, .pdf, .png, .tex (pgfplots) or its numbers as .csv',
    )
    .action((run: string, options: ShowOptions) => showRun(contextOf(surroundings, command), run, options));
  examples(command, ['runs show 4k2h8d0c', 'runs show 4k2h8d0c --matrix matrix.pdf']);
};

async function showRun(context: Context, run: string, { matrix }: ShowOptions): Promise<void> {
  // An ending that no figure has is refused before anything is read.
  const format = matrix === undefined ? null : figureFormat(matrix);
  await withLab(context, async (client) => {
    const detail = await client.runs.show({ run });
    const [history, predictions] = await Promise.all([
      client.runs.history({ run: detail.id }),
      client.runs.predictions({ run: detail.id }),
    ]);
    context.terminal.answer({ ...detail, predictions }, () =>
      [runText(detail, cacheReport(history)), ...classTexts(detail, predictions)].join('\n\n'),
    );
    if (matrix === undefined || format === null) return;
    const content = await context.tools.renderFigure(matrixOrder(detail.id, format), client);
    const path = resolve(context.shell.folder, matrix);
    await writeExported(context, path, content);
    context.terminal.note(`Wrote ${path}.`);
  });
}

function classTexts({ status }: RunDetail, predictions: readonly Predictions[]): string[] {
  if (predictions.length > 0) return predictions.map(predictionsText);
  return status === 'finished' ? ['Errors by class were not counted: the run is of an older version.'] : [];
}
