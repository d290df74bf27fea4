import type { Command } from 'commander';
import type { LabClient } from '#contract/client.ts';
import type { LabHost } from '#contract/host.ts';
import { type HomeElsewhere, homeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { AppError, badRequest, messageOf } from '#core/errors.ts';
import { homeFolder } from '../setup/home.mjs';
import type { CommandTools } from './command-tools.ts';
import { untilInterrupted } from './interruption.ts';
import type { Shell } from './shell.ts';
import { Terminal } from './terminal.ts';
import { showWorks } from './work-lines.ts';

/** What the program was started with. */
export interface Surroundings {
  readonly tools: CommandTools;
  readonly shell: Shell;
}

/** Completes a command that already has its name and its sentence: adds its options, its examples and what it does. */
export type DefineCommand = (command: Command, surroundings: Surroundings) => void;

/** Options that every command takes. */
interface GlobalOptions {
  readonly home?: string;
  readonly json?: boolean;
}

/** What one command works with. */
export interface Context extends Surroundings {
  readonly terminal: Terminal;
  readonly home: string;
  /** Where the home is, if it is on another machine. */
  readonly elsewhere: HomeElsewhere | null;
  /** The option `--home` as it was typed, for the commands that we print. */
  readonly homeOption: string | undefined;
  /** The words of the command: "datasets add". */
  readonly words: string;
}

export function contextOf(surroundings: Surroundings, command: Command): Context {
  const { home: option, json } = command.optsWithGlobals<GlobalOptions>();
  const home = chosenHome(option, surroundings);
  return {
    ...surroundings,
    terminal: new Terminal(surroundings.shell, json === true),
    home,
    elsewhere: homeElsewhere(home),
    homeOption: option,
    words: wordsOf(command),
  };
}

/** Without the name of the program, which has no parent. */
function wordsOf(command: Command): string {
  return command.parent === null ? '' : `${wordsOf(command.parent)} ${command.name()}`.trim();
}

function chosenHome(option: string | undefined, { shell }: Surroundings): string {
  try {
    return homeFolder(option, shell);
  } catch (error) {
    throw badRequest(messageOf(error), { cause: error });
  }
}

/** What lists left out. An owner that ends with the last of its runs, such as one that was just paused, is not asked for it. */
async function leftOutBy({ client, lost }: LabHost): Promise<readonly string[]> {
  const gone = lost.then((): readonly string[] => []);
  return Promise.race([client.rows.unreadable({}), gone]);
}

/** Asks the home's services; does not serve other programs meanwhile. Ctrl-C ends the asking where it ends nothing within. */
export async function withLab<T>(context: Context, ask: (client: LabClient) => Promise<T>): Promise<T> {
  const host = await context.tools.openHost({ home: context.home, serve: false });
  const ended = new AbortController();
  showWorks(context.terminal, host.client, ended.signal);
  try {
    const answer = await untilInterrupted(context, () => ask(host.client));
    for (const sentence of await leftOutBy(host)) context.terminal.note(sentence);
    return answer;
  } catch (error) {
    throw misread(context, error);
  } finally {
    ended.abort();
    context.terminal.clearStatus();
    if (host.readOnly !== null) context.terminal.note(host.readOnly.sentence);
    await host.close('The command is done.');
  }
}

/**
 * The error with what it means where a home on another machine has answered: nothing here vouches for the shape of its answers, and a part
 * that is missing is noticed by whoever reads it. Any other error stays as it is.
 */
export function misread({ elsewhere, home }: Context, error: unknown): unknown {
  if (elsewhere === null || !(error instanceof TypeError || error instanceof RangeError)) return error;
  const problem = `What ${home} answered is not what a program of this version answers (${messageOf(error)})`;
  return new AppError('unavailable', `${problem}: see which program runs there, end it, and try again.`, {
    cause: error,
  });
}
