import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TRAINER_LOG_FILE } from '#core/block/attempt-files.ts';
import { messageOf } from '#core/errors.ts';
import type { Trainer, TrainerDeath, TrainerHost, TrainerMessage } from '#core/ports.ts';
import { hindranceOf } from '#core/queue/hindrance.ts';
import { endingWithUs } from '../setup/run-program.mjs';
import { HeardMessages } from './heard-messages.ts';
import { MemoryKills } from './memory-kills.ts';
import { isAwaited, Obedience } from './obedience.ts';
import type { TrainingEnvironment } from './trainer-environment.ts';
import { HOST_PID, OUT_OF_MEMORY, trainerEnvironment } from './trainer-environment.ts';

const ENTRY = fileURLToPath(new URL('../trainer.ts', import.meta.url));
/** Runs every trainer as a child process of plain Node. */
export function createChildProcessHost(options: TrainingEnvironment = {}): TrainerHost {
  return {
    start: (folder, onMessage, threads) => {
      const log = join(folder, TRAINER_LOG_FILE);
      return attach(forkTrainer(folder, log, trainerEnvironment(options, threads)), log, onMessage);
    },
  };
}

/** Starts a session of its own: the terminal's Ctrl-C reaches only the host, which then tells the trainer what to do. */
function forkTrainer(folder: string, log: string, env: NodeJS.ProcessEnv): ChildProcess {
  mkdirSync(folder, { recursive: true });
  const logFile = openSync(log, 'a');
  // The kernel ends it with us where it can, and a thread of its own looks after us.
  const [execPath, ...execArgv] = endingWithUs([process.execPath]);
  try {
    return fork(ENTRY, {
      execPath,
      execArgv,
      env: { ...env, [HOST_PID]: String(process.pid) },
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', logFile, logFile, 'ipc'],
    });
  } finally {
    closeSync(logFile);
  }
}

function attach(child: ChildProcess, log: string, onMessage: (message: TrainerMessage) => void): Trainer {
  const kill = () => void child.kill('SIGKILL');
  const obedience = new Obedience({ pid: child.pid, kill });
  const messages = new HeardMessages({ onMessage, kill });
  child.on('message', (message) => {
    obedience.heard();
    messages.hear(message);
  });
  return {
    send: (command) => {
      // Sending to a trainer that has just ended fails; `ended` reports that end.
      if (child.connected) child.send(command, () => undefined);
      if (isAwaited(command)) obedience.expect();
    },
    ended: endOf(child, log).then((death) => {
      obedience.end();
      return messages.endedBy({ ...death, reason: obedience.reason ?? death.reason });
    }),
    kill,
  };
}

/** Resolves to what happened, once the process is gone and all its messages are read. */
async function endOf(child: ChildProcess, log: string): Promise<TrainerDeath> {
  const kills = new MemoryKills();
  try {
    const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    if (signal === 'SIGKILL' && kills.happened) return OUT_OF_MEMORY;
    if (signal !== null) return { reason: `The trainer was ended by ${signal}.`, isAccident: true };
    const reason = `The trainer ended with exit code ${code}; ${log} may say why.`;
    return { reason, isAccident: isWindowsCrash(code) };
  } catch (error) {
    const hinders = hindranceOf(error)?.kind ?? null;
    return { reason: `The trainer could not be started: ${messageOf(error)}.`, isAccident: false, hinders };
  }
}

/** Windows has no signals: a process that crashed ends with the code of its exception, such as 0xC0000005. */
function isWindowsCrash(code: number): boolean {
  return process.platform === 'win32' && code >= 0xc000_0000;
}
