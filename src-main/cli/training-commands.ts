import type { Command } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';
import { seedsFrom } from './option-values.ts';

export interface StudyOptions {
  readonly preset?: string;
  readonly seeds?: readonly number[];
  /** Path of a JSON list of policies. */
  readonly arms?: string;
}

export interface EstimateOptions {
  readonly preset?: string;
}

/** `study`, `estimate` and `run` */
export function addTrainingCommands(program: Command, surroundings: Surroundings): void {
  addStudy(program, surroundings);
  addEstimate(program, surroundings);
  addRun(program, surroundings);
}

function addStudy(program: Command, surroundings: Surroundings): void {
  const study = program
    .command('study')
    .description(
      'Train a baseline, policies and equal-time baselines, and compare them; goes on where it was interrupted.',
    )
    .argument('[study]', 'a study spec (JSON, or - for stdin); with --seeds or --arms the id or name of a study')
    .option('--preset <name>', 'a study that comes with the program: quick')
    .option('--seeds <list>', 'add seeds to a study and train what is missing', seedsFrom)
    .option('--arms <file>', 'add the policies of a JSON list to a study and train what is missing')
    .action(async (target: string | undefined, options: StudyOptions, command: Command) => {
      const { runStudy } = await import('./train-study.ts');
      await runStudy(contextOf(surroundings, command), target, options);
    });
  examples(study, [
    'study --preset quick',
    'study study.json',
    'study quick --seeds 2,3',
    'study quick --arms more-policies.json',
    'study study.json --json > events.ndjson',
  ]);
}

function addEstimate(program: Command, surroundings: Surroundings): void {
  const estimate = program
    .command('estimate')
    .description('Say how long a study would take, from a measurement of some seconds.')
    .argument('[spec]', 'a study spec (JSON), or - for stdin')
    .option('--preset <name>', 'a study that comes with the program: quick')
    .action(async (spec: string | undefined, options: EstimateOptions, command: Command) => {
      const { estimateStudy } = await import('./estimate-study.ts');
      await estimateStudy(contextOf(surroundings, command), spec, options);
    });
  examples(estimate, ['estimate --preset quick', 'estimate study.json', 'estimate study.json --json']);
}

function addRun(program: Command, surroundings: Surroundings): void {
  const run = program
    .command('run')
    .description('Train one network as a run spec says.')
    .argument('<spec>', 'a run spec (JSON), or - for stdin')
    .action(async (spec: string, _options: unknown, command: Command) => {
      const { runSpecFile } = await import('./train-run.ts');
      await runSpecFile(contextOf(surroundings, command), spec);
    });
  examples(run, ['run run.json', 'run run.json --json > events.ndjson']);
}
