import type { Command } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';
import { pointsOfErrorFrom } from './option-values.ts';

export interface CompareOptions {
  readonly figure?: string;
  readonly table?: string;
  readonly margin?: number;
}

/** `compare` and `studies ...`: what studies say. */
export function addStudyCommands(program: Command, surroundings: Surroundings): void {
  const compare = program
    .command('compare')
    .description('Say what each policy of a study saves and what it costs in accuracy.')
    .argument('<study>', 'its id or name')
    .option('--figure <file>', 'draw the figure: .svg, .pdf, .png, .tex (pgfplots) or its numbers as .csv')
    .option('--table <file.csv>', 'write the table')
    .option(
      '--margin <points>',
      'test error that a policy may cost and still be not worse; else the study says it',
      pointsOfErrorFrom,
    )
    .action(async (study: string, options: CompareOptions, command: Command) => {
      const { compareStudy } = await import('./compare-study.ts');
      await compareStudy(contextOf(surroundings, command), study, options);
    });
  examples(compare, [
    'compare quick',
    'compare quick --margin 0.3',
    'compare quick --figure quick.svg --table quick.csv',
    'compare quick --json',
  ]);
  const studies = program.command('studies').description('The studies that are kept.');
  addStudiesList(studies, surroundings);
  addStudiesShow(studies, surroundings);
}

function addStudiesList(studies: Command, surroundings: Surroundings): void {
  const list = studies
    .command('list')
    .description('List all studies.')
    .action(async (_options: unknown, command: Command) => {
      const { listStudies } = await import('./studies.ts');
      await listStudies(contextOf(surroundings, command));
    });
  examples(list, ['studies list']);
}

function addStudiesShow(studies: Command, surroundings: Surroundings): void {
  const show = studies
    .command('show')
    .description('Show the arms and runs of a study.')
    .argument('<study>', 'its id or name')
    .action(async (study: string, _options: unknown, command: Command) => {
      const { showStudy } = await import('./studies.ts');
      await showStudy(contextOf(surroundings, command), study);
    });
  examples(show, ['studies show quick']);
}
