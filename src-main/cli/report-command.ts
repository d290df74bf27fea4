import type { Command } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';

export interface ReportOptions {
  readonly html: string;
  readonly preset?: string;
}

/** `report` */
export function addReportCommand(program: Command, surroundings: Surroundings): void {
  const report = program
    .command('report')
    .description(
      'Write a report of one study or several: answer, figures, tables, methods, BibTeX, and beside it, as .json, the spec that `study` repeats them from. The app makes PDFs of it.',
    )
    .argument('[studies...]', 'their ids or names')
    .option('--preset <name>', 'instead: the studies of a preset')
    .requiredOption('--html <file.html>', 'the file to write')
    .action(async (studies: string[], options: ReportOptions, command: Command) => {
      const { writeReport } = await import('./report.ts');
      await writeReport(contextOf(surroundings, command), studies, options);
    });
  examples(report, ['report quick --html quick-report.html', 'study quick-report.json']);
}
