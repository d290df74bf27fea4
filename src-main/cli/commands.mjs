import { machineCommands } from './machine-commands.mjs';

/** @typedef {import('../setup/plan.mjs').Extent} Extent */

/**
 * @typedef {object} LabCommand
 * @property {string} words the words that call it, such as `runs list`
 * @property {string} does one sentence for the help
 * @property {Extent} needs what the set-up has to install before it runs
 * @property {() => Promise<import('./context.ts').DefineCommand>} load loads its options and what it does
 */

/**
 * A command that changes studies.
 * @param {string} verb
 * @param {string} does
 * @param {keyof typeof import('./commands/studies-change.ts')} name
 * @returns {LabCommand}
 */
function changesStudies(verb, does, name) {
  const load = async () => (await import('./commands/studies-change.ts'))[name];
  return { words: `studies ${verb}`, does, needs: 'reading', load };
}

/**
 * A command that lists or orders the queue.
 * @param {string} verb
 * @param {string} does
 * @param {keyof typeof import('./commands/queue.ts')} name
 * @returns {LabCommand}
 */
function ordersQueue(verb, does, name) {
  const load = async () => (await import('./commands/queue.ts'))[name];
  return { words: `queue ${verb}`, does, needs: 'reading', load };
}

/**
 * All commands of `lab`, in the order of the help. The set-up reads this table before any package is there, so this file is
 * plain JavaScript that imports nothing else. The program loads only the command that was called.
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
    does: 'Train a baseline, policies and equal-time baselines, and compare them. After an interruption, the same command continues.',
    needs: 'training',
    load: async () => (await import('./commands/study.ts')).studyCommand,
  },
  {
    words: 'find',
    does: 'Find the policy that saves most time at a cost in accuracy shown to be below a tolerance. After an interruption, the same command continues.',
    needs: 'training',
    load: async () => (await import('./commands/find.ts')).findCommand,
  },
  {
    words: 'estimate',
    does: 'Estimate how long a study would take, by measuring training steps for a few seconds.',
    needs: 'training',
    load: async () => (await import('./commands/estimate.ts')).estimateCommand,
  },
  {
    words: 'run',
    does: 'Train one network as a run spec describes it.',
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
  changesStudies('rename', 'Give a study another name.', 'studiesRenameCommand'),
  changesStudies('note', 'Write a note about a study.', 'studiesNoteCommand'),
  changesStudies('tag', 'Add tags to a study.', 'studiesTagCommand'),
  changesStudies('untag', 'Take tags from a study.', 'studiesUntagCommand'),
  {
    words: 'studies duplicate',
    does: 'Write the spec of a study under a new name, to be changed and trained.',
    needs: 'reading',
    load: async () => (await import('./commands/studies-duplicate.ts')).studiesDuplicateCommand,
  },
  changesStudies('archive', 'Archive studies with their runs, which hides them in lists.', 'studiesArchiveCommand'),
  changesStudies('unarchive', 'Take studies with their runs out of the archive.', 'studiesUnarchiveCommand'),
  changesStudies(
    'delete',
    'Move studies with their runs to the trash, which frees their names.',
    'studiesDeleteCommand',
  ),
  changesStudies('restore', 'Take studies with their runs out of the trash.', 'studiesRestoreCommand'),
  changesStudies(
    'purge',
    'Delete studies that are in the trash, their runs and files, permanently.',
    'studiesPurgeCommand',
  ),
  {
    words: 'report',
    does: 'Write a report of one or more studies (answer, figures, tables, methods, BibTeX) and, next to it, a .json spec from which `study` repeats them. The app can export the report as PDF.',
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
    words: 'views list',
    does: 'List the views of the table of runs that are saved in the app: `runs list --view` takes them.',
    needs: 'reading',
    load: async () => (await import('./commands/views-list.ts')).viewsListCommand,
  },
  {
    words: 'runs show',
    does: 'Show a run with its epochs and layer freezes.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-show.ts')).runsShowCommand,
  },
  {
    words: 'runs log',
    does: "Show the end of what a run's trainers wrote.",
    needs: 'reading',
    load: async () => (await import('./commands/runs-log.ts')).runsLogCommand,
  },
  {
    words: 'runs pause',
    does: 'Save a checkpoint of runs and pause them.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsPauseCommand,
  },
  {
    words: 'runs stop',
    does: 'Save a checkpoint of runs and stop them.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsStopCommand,
  },
  {
    words: 'runs delete',
    does: 'Move runs to the trash.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsDeleteCommand,
  },
  {
    words: 'runs restore',
    does: 'Take runs out of the trash.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsRestoreCommand,
  },
  {
    words: 'runs purge',
    does: 'Delete runs that are in the trash, and their files, permanently.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsPurgeCommand,
  },
  {
    words: 'runs resume',
    does: 'Continue a paused, stopped, interrupted or failed run from its checkpoint.',
    needs: 'training',
    load: async () => (await import('./commands/runs-resume.ts')).runsResumeCommand,
  },
  {
    words: 'runs recount',
    does: 'Count again, from its events, what lists show of a run, where something else is shown.',
    needs: 'reading',
    load: async () => (await import('./commands/runs-change.ts')).runsRecountCommand,
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
  ordersQueue(
    'list',
    'List the run that trains and those that wait, in their order, and why each waits.',
    'queueListCommand',
  ),
  ordersQueue('next', 'Put a waiting run before all others.', 'queueNextCommand'),
  ordersQueue('move', 'Give a waiting run a place in the queue, from 1.', 'queueMoveCommand'),
  ordersQueue('hold', 'Pass a waiting run over until it is released; it keeps its place.', 'queueHoldCommand'),
  ordersQueue('release', 'Let a held run train when its turn comes.', 'queueReleaseCommand'),
  ordersQueue(
    'pause',
    'Train nothing for now: the run that trains saves a checkpoint and waits before all others.',
    'queuePauseCommand',
  ),
  ordersQueue('resume', 'Go on with a paused queue.', 'queueResumeCommand'),
  {
    words: 'datasets list',
    does: 'List the data sets with their sizes and paths.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-list.ts')).datasetsListCommand,
  },
  {
    words: 'datasets add',
    does: 'Name a data set on this machine so that specs can refer to it.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-add.ts')).datasetsAddCommand,
  },
  {
    words: 'datasets show',
    does: 'Report on a data set: images of each class, sizes, repeated images, and what was skipped.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-show.ts')).datasetsShowCommand,
  },
  {
    words: 'datasets get',
    does: 'Download a well-known data set, check it and add it; without a name, list those that can be had. After an interruption, the same command continues.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-get.ts')).datasetsGetCommand,
  },
  {
    words: 'datasets verify',
    does: 'Read the files of a data set again, and say whether they have changed since it was added.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-verify.ts')).datasetsVerifyCommand,
  },
  {
    words: 'weights add',
    does: 'Copy a file of weights into the home under a name that specs may refer to, and say which networks it fits.',
    needs: 'reading',
    load: async () => (await import('./commands/weights-add.ts')).weightsAddCommand,
  },
  {
    words: 'weights list',
    does: 'List the weights that runs may begin with: those that were added, and those of finished runs.',
    needs: 'reading',
    load: async () => (await import('./commands/weights-list.ts')).weightsListCommand,
  },
  {
    words: 'weights show',
    does: 'Show weights with their hash and the networks that they fit.',
    needs: 'reading',
    load: async () => (await import('./commands/weights-show.ts')).weightsShowCommand,
  },
  {
    words: 'weights remove',
    does: 'Forget weights that were added.',
    needs: 'reading',
    load: async () => (await import('./commands/weights-remove.ts')).weightsRemoveCommand,
  },
  {
    words: 'weights describe',
    does: 'Say which networks a file of weights fits, without adding it.',
    needs: 'reading',
    load: async () => (await import('./commands/weights-describe.ts')).weightsDescribeCommand,
  },
  {
    words: 'backups list',
    does: 'List the backups of the database.',
    needs: 'reading',
    load: async () => (await import('./commands/backups.ts')).backupsListCommand,
  },
  {
    words: 'backups make',
    does: 'Make a backup of the database, and look at all of it.',
    needs: 'reading',
    load: async () => (await import('./commands/backups.ts')).backupsMakeCommand,
  },
  {
    words: 'backups verify',
    does: 'Look at every row of backups.',
    needs: 'reading',
    load: async () => (await import('./commands/backups.ts')).backupsVerifyCommand,
  },
  {
    words: 'backups restore',
    does: 'Put a backup in the place of the database, which is kept.',
    needs: 'reading',
    load: async () => (await import('./commands/backups.ts')).backupsRestoreCommand,
  },
  {
    words: 'backups salvage',
    does: 'Put what is undamaged in the place of a damaged database, which is kept.',
    needs: 'reading',
    load: async () => (await import('./commands/backups.ts')).backupsSalvageCommand,
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
    words: 'predict',
    does: "Classify the images of a folder with a finished run's weights: CSV with the class and the probability of each class.",
    needs: 'training',
    load: async () => (await import('./commands/predict.ts')).predictCommand,
  },
  {
    words: 'models describe',
    does: 'List the layers of a network with their parameters, multiply-adds and variables.',
    needs: 'reading',
    load: async () => (await import('./commands/models-describe.ts')).modelsDescribeCommand,
  },
  {
    words: 'schedule',
    does: 'Show when each layer of a network freezes, which rate it starts at, and how much compute freezing saves.',
    needs: 'reading',
    load: async () => (await import('./commands/schedule.ts')).scheduleCommand,
  },
  {
    words: 'init',
    does: 'Write the initial weights that a run spec starts from, as safetensors.',
    needs: 'training',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  ...machineCommands,
  {
    words: 'works',
    does: 'List what the program that owns the home is doing and may take long: reading data, measuring, importing, starting a run.',
    needs: 'reading',
    load: async () => (await import('./commands/works.ts')).worksCommand,
  },
  {
    words: 'doctor',
    does: 'Say what is installed on this machine, what is missing, and which command installs it.',
    needs: 'reading',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    words: 'check-gpu',
    does: "Check this machine's GPU: set-up, numbers against the processor's, bits, step time and memory, copies, the quick study; writes a report to attach to an issue.",
    needs: 'training',
    load: async () => (await import('./commands/check-gpu.ts')).checkGpuCommand,
  },
];

/** What the commands that share their first word are about. @type {Readonly<Record<string, string>>} */
export const commandGroups = {
  studies: 'List, show and change the stored studies.',
  runs: 'List, show and change the stored runs.',
  views: 'List the saved views of the table of runs.',
  queue: 'List, order, hold and pause the runs that wait.',
  datasets: 'List, get, add, show and verify the data sets that specs may name.',
  weights: 'List, add, show and remove the weights that runs may begin with.',
  machines: 'List, add, check, set up and forget the other machines on which runs can train.',
  backups: 'List, make, verify and restore the backups of the database.',
  export: 'Write weights and studies into files.',
  models: 'Describe the networks.',
};

/**
 * What a command line needs the set-up to install: help, lists and a diagnosis must not install 300 MB. A command that is
 * not in the table needs nothing, since the program refuses it.
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
