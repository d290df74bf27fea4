import type { LabClient } from '#contract/client.ts';
import { visible } from '#core/printable.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { Interruption } from '../interruption.ts';
import { withRunArgument } from '../run-argument.ts';

interface LogOptions {
  readonly follow?: boolean;
}

export const runsLogCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command)
    .option('--follow', 'go on with what is added, until Ctrl-C')
    .action((run: string, options: LogOptions) => showLog(contextOf(surroundings, command), run, options));
  examples(command, ['runs log 4k2h8d0c', 'runs log 4k2h8d0c --follow']);
};

async function showLog(context: Context, run: string, options: LogOptions): Promise<void> {
  const interruption = new Interruption(context.shell);
  const ended = new AbortController();
  void interruption.requested.then(() => ended.abort());
  try {
    await withLab(context, (client) => printLog(context, client, { run, signal: ended.signal, ...options }));
  } catch (error) {
    // Ctrl-C is how one stops following.
    if (!ended.signal.aborted) throw error;
  } finally {
    interruption.dispose();
  }
}

interface AskedLog extends LogOptions {
  readonly run: string;
  readonly signal: AbortSignal;
}

async function printLog({ terminal }: Context, client: LabClient, { run, signal, follow }: AskedLog): Promise<void> {
  for await (const { text, leftOut } of await client.runs.log({ run }, { signal })) {
    if (leftOut > 0) terminal.note(`The first ${leftOut.toLocaleString('en-US')} bytes are left out.`);
    if (terminal.json) terminal.jsonLine({ text, leftOut });
    else if (text !== '') terminal.line(visible(text.replace(/\n$/, '')));
    if (follow !== true) return;
  }
}
