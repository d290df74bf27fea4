/** @typedef {import('../setup/plan.mjs').Extent} Extent */

/**
 * @typedef {object} LabCommand
 * @property {string} words how it is called, such as `runs list`
 * @property {string} does one sentence for the help
 * @property {Extent} needs what the set-up has to bring before it runs
 * @property {() => Promise<import('./context.ts').DefineCommand>} load brings its options and what it does
 */

/**
 * All commands of `lab`, in the order of the help. The set-up reads this table before any package is there, so this file is
 * plain JavaScript and imports nothing by itself; the program loads only the command that was called.
 * @type {readonly LabCommand[]}
 */
export const commands = [
  {
    words: 'presets',
    does: 'List the questions that come with the program, and the studies that answer them.',
    needs: 'reading',
    load: async () => (await import('./commands/presets.ts')).presetsCommand,
  },
  {
    words: 'study',
    does: 'Train a baseline, policies and equal-time baselines, and compare them. The same command goes on after an interruption.',
    needs: 'training',
    load: async () => (await import('./commands/study.ts')).studyCommand,
  },
  {
    words: 'find-t0',
    does: 'Find the lowest t0 whose cost in accuracy is shown to be below a tolerance. The same command goes on after an interruption.',
    needs: 'training',
    load: async () => (await import('./commands/find-t0.ts')).findT0Command,
  },
  {
    words: 'estimate',
    does: 'Estimate how long a study would take; this measures training steps for some seconds.',
    needs: 'training',
    load: async () => (await import('./commands/estimate.ts')).estimateCommand,
  },
  {
    words: 'run',
    does: 'Train one network by a run spec.',
    needs: 'training',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    words: 'compare',
    does: 'Say what each policy of a study saves and what it costs in accuracy.',
    needs: 'reading',
    load: async () => (await import('./commands/compare.ts')).compareCommand,
  },
  {
    words: 'studies list',
    does: 'List the studies with their arms, seeds and finished runs.',
    needs: 'reading',
    load: async () => (await import('./commands/studies-list.ts')).studiesListCommand,
  },
  {
    words: 'studies show',
    does: 'Show the arms and runs of a study.',
    needs: 'reading',
    load: async () => (await import('./commands/studies-show.ts')).studiesShowCommand,
  },
  {
    words: 'report',
    does: 'Write a report of one study or several: answer, figures, tables, methods, BibTeX; and next to it, as .json, the spec from which `study` repeats them. The app makes PDFs of it.',
    needs: 'reading',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    words: 'runs list',
    does: 'List runs with their state and errors.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-list.ts')).runsListCommand,
  },
  {
    words: 'runs show',
    does: 'Show a run with its epochs and layer freezes.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-show.ts')).runsShowCommand,
  },
  {
    words: 'runs pause',
    does: 'Checkpoint a run and let it wait.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsPauseCommand,
  },
  {
    words: 'runs stop',
    does: 'Checkpoint a run and end it.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsStopCommand,
  },
  {
    words: 'runs delete',
    does: 'Put a run into the trash.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsDeleteCommand,
  },
  {
    words: 'runs restore',
    does: 'Take a run out of the trash.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsRestoreCommand,
  },
  {
    words: 'runs purge',
    does: 'Delete a run of the trash, and its files, for ever.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsPurgeCommand,
  },
  {
    words: 'runs resume',
    does: 'Go on with a paused, stopped or interrupted run, from its checkpoint.',
    needs: 'training',
    load: async () => (await import('./commands/runs-resume.ts')).runsResumeCommand,
  },
  {
    words: 'runs verify',
    does: 'Train the first epoch of a run again, and say whether it gives the same numbers.',
    needs: 'training',
    load: async () => (await import('./commands/runs-verify.ts')).runsVerifyCommand,
  },
  {
    words: 'runs import',
    does: 'Import the event lines of runs or of a study, such as those from another machine.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-import.ts')).runsImportCommand,
  },
  {
    words: 'datasets list',
    does: 'List the data sets with their sizes and paths.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-list.ts')).datasetsListCommand,
  },
  {
    words: 'datasets add',
    does: 'Give a data set on this machine a name, by which specs refer to it.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-add.ts')).datasetsAddCommand,
  },
  {
    words: 'datasets verify',
    does: 'Read the files of a data set again, and say whether they are still those that were added.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-verify.ts')).datasetsVerifyCommand,
  },
  {
    words: 'export weights',
    does: "Write a finished run's weights as safetensors.",
    needs: 'reading',
    load: async () => (await import('./commands/export-weights.ts')).exportWeightsCommand,
  },
  {
    words: 'export study',
    does: 'Write a study to a file: its tables (.csv, .json), its epochs (.parquet), a report (.html), or, with another ending, the lines that `runs import` reads.',
    needs: 'reading',
    load: async () => (await import('./commands/export-study.ts')).exportStudyCommand,
  },
  {
    words: 'models describe',
    does: 'List the layers of a network with their parameters, multiply-adds and variables.',
    needs: 'reading',
    load: async () => (await import('./commands/models-describe.ts')).modelsDescribeCommand,
  },
  {
    words: 'schedule',
    does: 'Show when each layer of a network freezes, at which rate it starts, and the compute that this saves.',
    needs: 'reading',
    load: async () => (await import('./commands/schedule.ts')).scheduleCommand,
  },
  {
    words: 'init',
    does: 'Write the initial weights that a run spec starts from, as safetensors.',
    needs: 'training',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    words: 'doctor',
    does: 'Say what is installed on this machine, what is missing, and which command brings it.',
    needs: 'reading',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
];

/** What the commands that share their first word are about. @type {Readonly<Record<string, string>>} */
export const commandGroups = {
  studies: 'List and show the studies that are kept.',
  runs: 'List, show and change the runs that are kept.',
  datasets: 'List, add and verify the data sets that specs may name.',
  export: 'Write weights and studies into files.',
  models: 'Describe the networks.',
};

/**
 * What a command line needs: asking for help, lists or a diagnosis must not install 300 MB. The program refuses a
 * command that is not in the table.
 * @param {readonly string[]} args
 * @returns {Extent}
 */
export function extentFor(args) {
  if (args.includes('--help') || args.includes('-h')) return 'reading';
  return commandCalled(args)?.needs ?? 'reading';
}

/**
 * The command that a command line calls.
 * @param {readonly string[]} args
 */
export function commandCalled(args) {
  const given = wordsOf(args);
  return commands.find(({ words }) => words.split(' ').every((word, index) => given[index] === word));
}

/** Options that may stand before the command and take a value. */
const optionsWithValue = new Set(['--home']);

/** @param {readonly string[]} args */
function wordsOf(args) {
  return args.filter((argument, index) => !argument.startsWith('-') && !optionsWithValue.has(args[index - 1] ?? ''));
}
