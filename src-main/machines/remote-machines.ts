import { setTimeout as sleep } from 'node:timers/promises';
import { BLOCK_FILE, CONTROL_FILE, RUNS_FOLDER } from '#core/block/attempt-files.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { linesOf } from '#core/lines-of.ts';
import { FOLLOW_GREETING, type FollowNews, type FollowOrder, followNewsSchema } from '#core/machines/follow-lines.ts';
import { WITH_LOGIN_PATH } from '#core/machines/login-path.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import { machineNamed, notSetUp } from '#core/machines/machine-words.ts';
import type { HomeMachines, RemoteProcess, RemoteShell, ShellAnswer } from '#core/machines/ports.ts';
import { posixPath, posixWord, posixWords } from '#core/machines/posix-shell.ts';
import { blockFolder, remoteLab } from '#core/machines/remote-layout.ts';
import type { Following, RemoteMachines } from '#core/machines/remote-machines.ts';
import { toJson } from '#core/numbers.ts';
import { parsedSafely } from '#core/validation.ts';
import { launcherOf } from './launchers.ts';

const PATIENCE_MS = 60_000;
/** A machine that gives no sign of life for so long is out of reach. */
const SILENCE_MS = 45_000;
/** On a machine that does much else, or reads our program from a slow disk, that takes long to start: given up too early, it never would. */
const OPENING_MS = 180_000;
const LAST_WORDS_MS = 1000;
/** How often Slurm is asked for all jobs of a machine. */
const ASK_SECONDS = 30;

export interface AskingOptions {
  readonly askSeconds?: number | undefined;
}

/** What is done on the machines of a home, over a shell for each. */
export function remoteMachinesOf(machines: HomeMachines, { askSeconds = ASK_SECONDS }: AskingOptions): RemoteMachines {
  const shellOf = (machine: RemoteMachine) => withLoginPath(machine, machines.shell(machine));
  const put = (machine: RemoteMachine, script: string, content: unknown) =>
    done(machine, machines.shell(machine).run(script, { stdin: toJson(content), limitMs: PATIENCE_MS }));
  return {
    version: () => machines.sources.version(),
    named: async (name) => machineNamed(await machines.list(), name),
    folderOf: ({ root }, block) => blockFolder(root, block),
    checkSetUp: async (machine) => {
      const lab = posixPath(remoteLab(machine.root, await machines.sources.version()));
      const { code } = await machines.shell(machine).run(`[ -x ${lab} ]`, { limitMs: PATIENCE_MS });
      if (code !== 0) throw new AppError('conflict', notSetUp(machine.name));
    },
    bring: (machine, dataset) => machines.bring(machine, dataset),
    bringWeights: (machine, weights) => machines.bringWeights(machine, weights),
    place: async (machine, block, from) => {
      const moves = Object.entries(from).map(([run, old]) => moveScript(machine.root, block.id, { run, old }));
      await put(machine, [...moves, replaceScript(blockFolder(machine.root, block.id), BLOCK_FILE)].join('\n'), block);
    },
    submit: (machine, { id, version, ...asked }) => {
      const { root } = machine;
      const order = { block: id, folder: blockFolder(root, id), lab: remoteLab(root, version), ...asked };
      return launcherOf(machine).submit(shellOf(machine), machine, order);
    },
    control: (machine, block, controls) =>
      put(machine, replaceScript(blockFolder(machine.root, block), CONTROL_FILE), controls),
    cancel: (machine, job) => launcherOf(machine).cancel(shellOf(machine), machine, job),
    follow: (machine, onNews) => {
      const { kind } = launcherOf(machine);
      const words = [...(kind === 'slurm' ? ['--slurm'] : []), '--every', String(askSeconds)];
      const start = async () => {
        const lab = posixPath(remoteLab(machine.root, await machines.sources.version()));
        return shellOf(machine).open(`exec ${lab} follow --root ${posixPath(machine.root)} ${posixWords(words)}`);
      };
      return new Session(machine, start, onNews);
    },
  };
}

/** Programs of Slurm are where the login shell finds them; a command over ssh has none. */
function withLoginPath({ ssh }: RemoteMachine, shell: RemoteShell): RemoteShell {
  if (ssh === null) return shell;
  const lengthened = (script: string) => `${WITH_LOGIN_PATH}\n${script}`;
  return {
    run: (script, options) => shell.run(lengthened(script), options),
    open: (script) => shell.open(lengthened(script)),
  };
}

/** Puts what is read in the place of a file, whole; makes its folder, which nobody else may read. */
function replaceScript(folder: string, name: string): string {
  return [
    ...['set -e', 'umask 077', `mkdir -p ${posixPath(folder)}`, `cd ${posixPath(folder)}`],
    `cat > ${posixWord(`${name}.host.tmp`)}`,
    `mv -f ${posixWord(`${name}.host.tmp`)} ${posixWord(name)}`,
  ].join('\n');
}

/** Moves the folder of a run into a block; its events are in the home, and the attempts of another block have other numbers. */
function moveScript(root: string, block: string, { run, old }: { readonly run: string; readonly old: string }): string {
  const runs = posixPath(`${blockFolder(root, block)}/${RUNS_FOLDER}`);
  const [from, to] = [old, block].map((id) => posixPath(`${blockFolder(root, id)}/${RUNS_FOLDER}/${run}`));
  return [
    ...['set -e', 'umask 077', `mkdir -p ${runs}`],
    `if [ -d ${from} ] && [ ! -e ${to} ]; then mv ${from} ${to}; rm -f ${to}/events.*.ndjson ${to}/from.*.json; fi`,
  ].join('\n');
}

async function done(machine: RemoteMachine, answer: Promise<ShellAnswer>): Promise<void> {
  const { code, stderr } = await answer;
  if (code !== 0)
    throw new AppError('unavailable', `${machine.name} did not take it: ${stderr.trim() || `exit code ${code}`}.`);
}

/** A session with `lab follow` on a machine. */
class Session implements Following {
  readonly ended: Promise<string>;
  readonly #process: Promise<RemoteProcess>;
  readonly #name: string;
  #silence: NodeJS.Timeout | undefined;
  #silenced: string | null = null;

  constructor({ name }: RemoteMachine, start: () => Promise<RemoteProcess>, onNews: (news: FollowNews) => void) {
    this.#name = name;
    this.#process = start();
    this.ended = this.#hear(onNews)
      .catch((error: unknown) => messageOf(error))
      .finally(() => clearTimeout(this.#silence));
  }

  order(order: FollowOrder): void {
    // What cannot be written is followed by the end of the session.
    void this.#process.then((process) => process.write(`${toJson(order)}\n`)).catch(() => undefined);
  }

  stop(): void {
    void this.#stop().catch(() => undefined);
  }

  /** Where it does not hear that nothing more is asked, nobody waits for it. */
  async #stop(): Promise<void> {
    const process = await this.#process;
    process.endInput();
    await Promise.race([this.ended, sleep(LAST_WORDS_MS, null, { ref: false })]);
    process.kill();
  }

  async #hear(onNews: (news: FollowNews) => void): Promise<string> {
    const process = await this.#process;
    this.#expect(process, OPENING_MS);
    let isGreeted = false;
    for await (const line of linesOf(process.output)) {
      if (isGreeted) hearLine(line, onNews);
      else isGreeted = line === FOLLOW_GREETING;
      if (isGreeted) this.#expect(process, SILENCE_MS);
    }
    const { code, reason } = await process.ended;
    if (this.#silenced !== null) return this.#silenced;
    const isMissing = code === 126 || code === 127;
    return isMissing ? notSetUp(this.#name) : reason;
  }

  /** A machine that gives no sign of life for long is out of reach, whatever the connection says. */
  #expect(process: RemoteProcess, limitMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#silenced = `${this.#name} has given no sign of life for ${limitMs / 1000} s.`;
      process.kill();
    }, limitMs);
  }
}

/** A word of a later version says nothing to this one. */
function hearLine(line: string, onNews: (news: FollowNews) => void): void {
  const news = parsedSafely(followNewsSchema, jsonOf(line));
  if (news.success) onNews(news.data);
}
