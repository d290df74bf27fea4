import type { Command } from 'commander';
import { examples } from './examples.ts';

/** Adds the argument, and an example, of a command that takes a run and nothing else. */
export function withRunArgument(command: Command): Command {
  const words = `runs ${command.name()}`;
  return examples(command.argument('<run>', 'id of the run, or the beginning of its id'), [
    `${words} 4k2h8d0c5t`,
    `${words} 4k2h --json`,
  ]);
}

/** Adds the argument of a command that takes runs and does the same to each. */
export function withRunArguments(command: Command): Command {
  const words = `runs ${command.name()}`;
  return examples(command.argument('<runs...>', 'ids of the runs, or the beginnings of their ids'), [
    `${words} 4k2h8d0c5t`,
    `${words} 4k2h 7f0c --json`,
  ]);
}
