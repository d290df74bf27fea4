import type { EventEmitter } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TRAINER_LOG_FILE } from '#core/block/attempt-files.ts';
import type { Trainer, TrainerCommand, TrainerDeath, TrainerHost, TrainerMessage } from '#core/ports.ts';
import { HeardMessages } from './heard-messages.ts';
import type { Flushed, FlushRequest } from './host-port.ts';
import { MemoryKills } from './memory-kills.ts';
import { isAwaited, Obedience } from './obedience.ts';
import type { TrainingEnvironment } from './trainer-environment.ts';
import { OUT_OF_MEMORY, trainerEnvironment } from './trainer-environment.ts';

const ENTRY = fileURLToPath(new URL('../trainer.ts', import.meta.url));

/** The end of a process from outside: Electron's word for it, and the number of the signal or the exit code. */
export interface ProcessEnd {
  readonly reason: string;
  readonly exitCode: number;
}

/** The part of Electron that starts processes. */
export interface UtilityProcesses {
  fork(
    entry: string,
    options: { readonly env: NodeJS.ProcessEnv; readonly serviceName: string },
  ): Electron.UtilityProcess;
  /** Calls `handle` with the service name of every process that was ended from outside or crashed. */
  onGone(handle: (serviceName: string, end: ProcessEnd) => void): void;
}

/** Electron's words for ends from outside and crashes; a process that could not be launched would fail again. */
const ACCIDENTS: ReadonlySet<string> = new Set(['killed', 'crashed', 'oom', 'memory-eviction']);

/** Electron reports how a process ended shortly after it reports that it ended. */
const GONE_DELAY_MS = 100;

/** Runs every trainer as a utility process of Electron. */
export function createUtilityProcessHost(processes: UtilityProcesses, options: TrainingEnvironment = {}): TrainerHost {
  const ends = new Map<string, ProcessEnd>();
  processes.onGone((name, end) => ends.set(name, end));
  let count = 0;
  return {
    start: (folder, onMessage, threads) => {
      mkdirSync(folder, { recursive: true });
      const log = join(folder, TRAINER_LOG_FILE);
      const serviceName = `trainer-${++count}`;
      const child = processes.fork(ENTRY, { env: trainerEnvironment(options, threads), serviceName });
      logOutput(child, log);
      const kills = new MemoryKills();
      return attach(child, onMessage, async (code) => {
        await sleep(GONE_DELAY_MS);
        const end = ends.get(serviceName);
        const isAccident = end !== undefined && ACCIDENTS.has(end.reason);
        if (end?.reason === 'oom' || end?.reason === 'memory-eviction' || (isAccident && kills.happened))
          return OUT_OF_MEMORY;
        return { reason: describeEnd(end, code, log), isAccident };
      });
    },
  };
}

function attach(
  child: Electron.UtilityProcess,
  onMessage: (message: TrainerMessage) => void,
  describe: (code: number) => Promise<TrainerDeath>,
): Trainer {
  const kill = () => {
    if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    else child.kill();
  };
  // Electron knows the number only once the process has started.
  const obedience = new Obedience({
    get pid() {
      return child.pid;
    },
    kill,
  });
  const send = sender(child);
  const messages = new HeardMessages({ onMessage, kill });
  child.on('message', (message: TrainerMessage | FlushRequest) => {
    obedience.heard();
    if (message.type === 'flush') return child.postMessage({ type: 'flushed', id: message.id } satisfies Flushed);
    messages.hear(message);
  });
  // Before Electron 37 the exit code says little; the trainer's own report counts.
  const exited = new Promise<number>((resolve) => child.once('exit', resolve));
  return {
    send: (command) => {
      send(command);
      if (isAwaited(command)) obedience.expect();
    },
    ended: exited.then(async (code) => {
      obedience.end();
      const death = await describe(code);
      return messages.endedBy({ ...death, reason: obedience.reason ?? death.reason });
    }),
    kill,
  };
}

/** Electron keeps messages to a process that is still starting; this drops messages to one that has ended. */
function sender(child: Electron.UtilityProcess): (command: TrainerCommand) => void {
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  return (command) => {
    if (!hasEnded) child.postMessage(command);
  };
}

/** Writes the process's streams to the log: TensorFlow writes to them directly, not through JavaScript. */
function logOutput(child: Electron.UtilityProcess, log: string): void {
  const file = createWriteStream(log, { flags: 'a' });
  // A full disk costs the chatter, not the run.
  file.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr] as (EventEmitter | null)[]) {
    stream?.on('data', (chunk: Buffer) => file.write(chunk));
  }
  child.once('exit', () => setTimeout(() => file.end(), GONE_DELAY_MS));
}

function describeEnd(end: ProcessEnd | undefined, code: number, log: string): string {
  const exitCode = end?.exitCode ?? code;
  if (end === undefined) return `The trainer ended with exit code ${exitCode}; ${log} may say why.`;
  const signal = signalName(exitCode);
  if (end.reason === 'killed') return `The trainer was ended by ${signal ?? 'the system'}.`;
  return `The trainer crashed (${signal ?? `${end.reason}, exit code ${exitCode}`}); ${log} may say why.`;
}

function signalName(code: number): string | null {
  if (process.platform === 'win32') return null;
  return Object.entries(constants.signals).find(([, number]) => number === code)?.[0] ?? null;
}
