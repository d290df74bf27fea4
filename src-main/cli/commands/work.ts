import { resolve } from 'node:path';
import { eventLine } from '#core/training/log-line.ts';
import { type Context, contextOf, type DefineCommand } from '../context.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit.ts';

export const workCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<folder>', 'the folder of the block: block.json and what earlier attempts have left')
    .option('--events', 'write the events that count so far, one a line, for `runs import -`, and train nothing')
    .action((folder: string, { events = false }: { readonly events?: boolean }) => {
      const context = contextOf(surroundings, command);
      return events ? writeEvents(context, folder) : work(context, folder);
    });
  examples(command, ['work /scratch/jobs/block-1', 'work /scratch/jobs/block-1 --events > block-1.ndjson']);
};

async function writeEvents({ terminal, shell, tools }: Context, folder: string): Promise<void> {
  for await (const event of tools.blockEvents(resolve(shell.folder, folder))) terminal.jsonLine(event);
}

/** Ends without an error whenever the folder says what happened: a scheduler's books know only failures. */
async function work({ terminal, shell, tools }: Context, folder: string): Promise<void> {
  let interrupts = 0;
  const end = await tools.workOn(resolve(shell.folder, folder), {
    environment: shell.environment,
    onSignal: (hear) =>
      shell.onSignal((signal) => {
        if (signal === 'SIGINT') interrupts += 1;
        // The second Ctrl-C ends the program at once, as everywhere.
        if (interrupts > 1) shell.exit(EXIT.interrupted);
        hear(signal);
      }),
    onEvent: (event) => {
      if (terminal.json) return terminal.jsonLine(event);
      const line = eventLine(event);
      if (line !== null) terminal.line(`${event.runId}: ${line}`);
    },
    say: (sentence) => terminal.note(sentence),
  });
  const goesOn = end.ended === 'yielded' ? ' The same command goes on.' : '';
  terminal.note(`${end.reason}${goesOn}`);
}
