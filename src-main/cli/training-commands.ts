import type { Command } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';
import { numberFrom, numbersFrom, secondsFrom, seedsFrom } from './option-values.ts';

export interface StudyOptions {
  readonly preset?: string;
  readonly seeds?: readonly number[];
  /** Path of a JSON list of policies. */
  readonly arms?: string;
}

export interface EstimateOptions {
  readonly preset?: string;
}

export interface FindT0Options {
  /** Points. */
  readonly tolerance?: number;
  /** Seconds. */
  readonly budget?: number;
  readonly shape?: string;
  readonly plain?: boolean;
  readonly name?: string;
  readonly t0?: readonly number[];
  readonly lowest?: number;
  readonly highest?: number;
  readonly resolution?: number;
  readonly equalTime: boolean;
}

/** `presets`, `study`, `find-t0`, `estimate` and `run` */
export function addTrainingCommands(program: Command, surroundings: Surroundings): void {
  addPresets(program, surroundings);
  addStudy(program, surroundings);
  addFindT0(program, surroundings);
  addEstimate(program, surroundings);
  addRun(program, surroundings);
}

function addPresets(program: Command, surroundings: Surroundings): void {
  const presets = program
    .command('presets')
    .description('List the questions that come with the program, and the studies that answer them.')
    .action(async (_options: unknown, command: Command) => {
      const { listPresets } = await import('./list-presets.ts');
      listPresets(contextOf(surroundings, command));
    });
  examples(presets, ['presets', 'presets --json']);
}

function addStudy(program: Command, surroundings: Surroundings): void {
  const study = program
    .command('study')
    .description(
      'Train a baseline, policies and equal-time baselines, and compare them; goes on where it was interrupted.',
    )
    .argument('[study]', 'study specs (JSON, or - for stdin); with --seeds or --arms the id or name of a study')
    .option('--preset <name>', 'a question that comes with the program, such as quick: `lab presets` lists them')
    .option('--seeds <list>', 'add seeds to a study and train what is missing', seedsFrom)
    .option('--arms <file>', 'add the policies of a JSON list to a study and train what is missing')
    .action(async (target: string | undefined, options: StudyOptions, command: Command) => {
      const { runStudy } = await import('./train-study.ts');
      await runStudy(contextOf(surroundings, command), target, options);
    });
  examples(study, [
    'study --preset quick',
    'study --preset which-variant-mini',
    'study study.json',
    'study quick --seeds 2,3',
    'study quick --arms more-policies.json',
    'study study.json --json > events.ndjson',
  ]);
}

function addFindT0(program: Command, surroundings: Surroundings): void {
  const find = program
    .command('find-t0')
    .description(
      'Find the lowest t0 whose cost in accuracy is shown to be below a tolerance; goes on where it was left.',
    )
    .argument('<spec>', 'a run spec (JSON, or - for stdin), or the id or name of a study')
    .option('--tolerance <points>', 'points of test error that the freezing may cost', numberFrom)
    .option('--budget <time>', 'active time that the runs may take: 90m, 2h, 1d', secondsFrom)
    .option('--shape <shape>', 'linear, squared or cubic (default: cubic)')
    .option('--plain', 'the same rates for all layers instead of scaled ones')
    .option('--name <name>', 'of the study that is made')
    .option('--t0 <list>', 'search among these values only: 0.4,0.5,0.6', numbersFrom)
    .option('--lowest <t0>', 'search from here (default: 0.2)', numberFrom)
    .option('--highest <t0>', 'search up to here (default: 0.9)', numberFrom)
    .option('--resolution <step>', 'between the values that are tried (default: 0.05)', numberFrom)
    .option('--no-equal-time', 'leave out the comparison with a baseline of equal time')
    .action(async (target: string, options: FindT0Options, command: Command) => {
      const { findT0 } = await import('./find-t0.ts');
      await findT0(contextOf(surroundings, command), target, options);
    });
  examples(find, [
    'find-t0 base.json --tolerance 0.5 --budget 2h',
    'find-t0 quick --tolerance 1 --budget 30m --t0 0.5,0.8',
    'find-t0 "my search" --budget 4h',
  ]);
}

function addEstimate(program: Command, surroundings: Surroundings): void {
  const estimate = program
    .command('estimate')
    .description('Say how long a study would take, from a measurement of some seconds.')
    .argument('[spec]', 'a study spec (JSON), or - for stdin')
    .option('--preset <name>', 'a question that comes with the program, such as quick: `lab presets` lists them')
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
