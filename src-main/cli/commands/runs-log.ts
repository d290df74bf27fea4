import { setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '#contract/client.ts';
import { BackOff } from '#core/back-off.ts';
import { AppError } from '#core/errors.ts';
import { visible } from '#core/printable.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, misread, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { Interruption } from '../interruption.ts';
import { withRunArgument } from '../run-argument.ts';

/** A connection that breaks may be noticed a little later than what it carried. */
const LAST_WORD_MS = 1000;

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
  const log = new PrintedLog(context, { run, signal: ended.signal, ...options });
  try {
    if (context.elsewhere !== null && options.follow === true) await followElsewhere(context, log, ended.signal);
    else await withLab(context, (client) => log.print(client));
  } catch (error) {
    // Ctrl-C is how one stops following.
    if (!ended.signal.aborted) throw error;
  } finally {
    interruption.dispose();
  }
}

/** A lost connection to a home on another machine is looked for again, and the log goes on where it was. */
async function followElsewhere(context: Context, log: PrintedLog, signal: AbortSignal): Promise<void> {
  const { terminal, home } = context;
  let backOff = new BackOff();
  let isLost = false;
  for (;;) {
    try {
      const end = await withHost(context, (client) => {
        if (isLost) terminal.note(`${home} is reached again.`);
        [isLost, backOff] = [false, new BackOff()];
        return log.print(client);
      });
      if (end === 'done') return;
    } catch (error) {
      // Before the first line of it, whoever waits wants to know.
      if (!log.hasBegun || !(error instanceof AppError) || error.code !== 'unavailable') throw error;
    }
    if (!isLost) terminal.note(`The connection to ${home} is lost: looking for it again.`);
    isLost = true;
    await sleep(backOff.next(Math.random()), null, { signal });
  }
}

/** Works on the home until that is done, or the connection is lost. */
async function withHost(context: Context, work: (client: LabClient) => Promise<void>): Promise<'done' | 'lost'> {
  const host = await context.tools.openHost({ home: context.home, serve: false });
  const lost = host.lost.then(() => 'lost' as const);
  try {
    const working = work(host.client).then(() => 'done' as const);
    // Where the connection breaks, it may end in either way.
    working.catch(() => undefined);
    const first = await Promise.race([lost, working]).catch(async (error: unknown) => {
      const end = await Promise.race([lost, sleep(LAST_WORD_MS, null)]);
      if (end === null) throw error;
      return end;
    });
    return first === 'done' ? Promise.race([lost, sleep(0, first)]) : first;
  } catch (error) {
    throw misread(context, error);
  } finally {
    await host.close('The command is done.');
  }
}

interface AskedLog extends LogOptions {
  readonly run: string;
  readonly signal: AbortSignal;
}

/** The log of a run as it is printed, also over several connections. */
class PrintedLog {
  readonly #context: Context;
  readonly #asked: AskedLog;
  /** To where it was printed. */
  #end: number | undefined;

  constructor(context: Context, asked: AskedLog) {
    this.#context = context;
    this.#asked = asked;
  }

  get hasBegun(): boolean {
    return this.#end !== undefined;
  }

  async print(client: LabClient): Promise<void> {
    const { terminal } = this.#context;
    const { run, signal, follow } = this.#asked;
    const from = this.#end === undefined ? {} : { from: this.#end };
    for await (const { text, leftOut, end } of await client.runs.log({ run, ...from }, { signal })) {
      if (leftOut > 0) terminal.note(`The first ${leftOut.toLocaleString('en-US')} bytes are left out.`);
      if (terminal.json) terminal.jsonLine({ text, leftOut });
      else if (text !== '') terminal.line(visible(text.replace(/\n$/, '')));
      this.#end = end;
      if (follow !== true) return;
    }
  }
}
