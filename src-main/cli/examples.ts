import type { Command } from 'commander';

/** Ends a command's help with lines that can be typed. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  npm run lab -- ${line}`).join('\n')}`);
}
