import { Command } from 'commander';
import type { Surroundings } from './context.ts';
import { addDatasetCommands } from './dataset-commands.ts';
import { examples } from './examples.ts';
import { EXIT, exitFor } from './exit.ts';
import { addExportCommands } from './export-commands.ts';
import { addMachineCommands } from './machine-commands.ts';
import { addNetworkCommands } from './network-commands.ts';
import { addReportCommand } from './report-command.ts';
import { addRunCommands } from './run-commands.ts';
import { addStudyCommands } from './study-commands.ts';
import { addTrainingCommands } from './training-commands.ts';

/** Runs one command line; returns the exit code. Commands load what they need when they are called. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    await buildProgram(surroundings).parseAsync(args, { from: 'user' });
    return EXIT.success;
  } catch (error) {
    const { code, sentence } = exitFor(error);
    if (sentence !== null) surroundings.shell.stderr.write(`${sentence}\n`);
    return code;
  }
}

/** The names and options of all commands; nothing of what they do. */
export function buildProgram(surroundings: Surroundings): Command {
  const program = new Command('lab')
    .description('Train networks under layer-freezing schedules, and measure what the freezing saves and costs.')
    .option(
      '--home <folder>',
      "where studies and runs are kept (default: FREEZEOUT_LAB_HOME, else the user's data folder)",
    )
    .option('--json', 'write JSON, and only JSON, to stdout')
    .option('--verbose', 'tell each step of the set-up')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => surroundings.shell.stdout.write(text),
      writeErr: (text) => surroundings.shell.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => surroundings.shell.stdout.columns,
    })
    .exitOverride();
  examples(program, ['study --preset quick', 'compare quick --figure quick.svg', 'runs list']);
  addTrainingCommands(program, surroundings);
  addStudyCommands(program, surroundings);
  addReportCommand(program, surroundings);
  addRunCommands(program, surroundings);
  addDatasetCommands(program, surroundings);
  addExportCommands(program, surroundings);
  addNetworkCommands(program, surroundings);
  addMachineCommands(program, surroundings);
  return program;
}
