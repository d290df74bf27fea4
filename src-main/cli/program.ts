import { Command } from 'commander';
import packageDescription from '../../package.json' with { type: 'json' };
import { commandCalled, commandGroups, commands } from './commands.mjs';
import type { Surroundings } from './context.ts';
import { examples } from './examples.ts';
import { EXIT, exitFor } from './exit.ts';

/** Runs one command line; returns the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const program = await programFor(args, surroundings);
    await program.parseAsync(args, { from: 'user' });
    return EXIT.success;
  } catch (error) {
    const { code, text } = exitFor(error);
    if (text !== null) surroundings.shell.stderr.write(`${text}\n`);
    return code;
  }
}

/** The program with all its commands by name; only the command that is called, or whose help is asked for, is loaded. */
export async function programFor(args: readonly string[], surroundings: Surroundings): Promise<Command> {
  const program = labProgram(surroundings);
  const groups = new Map<string, Command>();
  const called = commandCalled(args) ?? commandCalled(args.filter((word) => word !== 'help'));
  for (const entry of commands) {
    const [first, second] = entry.words.split(' ');
    const parent = second === undefined ? program : (groups.get(first) ?? program.command(first));
    if (second !== undefined) groups.set(first, parent.description(commandGroups[first]));
    const command = parent.command(second ?? first).description(entry.does);
    if (entry === called) (await entry.load())(command, surroundings);
  }
  return program;
}

function labProgram({ shell }: Surroundings): Command {
  const program = new Command('lab')
    .description('Train networks under layer-freezing schedules, and measure what the freezing saves and costs.')
    .version(packageDescription.version, '--version', 'print the version')
    .option(
      '--home <folder>',
      "where studies and runs are kept: a folder, or ssh://HOST/PATH on another machine (default: FREEZEOUT_LAB_HOME, else the user's data folder)",
    )
    .option('--json', 'write JSON, and only JSON, to stdout')
    .option('--verbose', 'show each step of the set-up')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => shell.stdout.columns,
    })
    .exitOverride();
  return examples(program, ['study --preset quick', 'compare quick --figure quick.svg', 'runs list']);
}
