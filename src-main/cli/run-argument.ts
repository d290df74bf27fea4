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
