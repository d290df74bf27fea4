import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { isAlive, trainersOf } from '../support/processes.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const TRAINER_END_MS = 5000;
/** A run that goes on so often without an end has hung. */
const MOST_STARTS = 30;

/** What is killed so long after the first report of this step or a later one; step -1 is the start of a trainer. */
export interface Kill {
  readonly step: number;
  readonly victim: 'trainer' | 'lab' | 'both';
  readonly delayMs: number;
}

interface Report {
  readonly type: string;
  readonly runId: string;
  readonly step?: number | null;
}

/** `lab` as a program that is killed and goes on. */
export class KilledLab {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /** Resolves with the id of the finished run. */
  async trainUndisturbed(spec: string): Promise<string> {
    const { runId } = await this.train(spec, []);
    return runId;
  }

  async train(spec: string, plan: readonly Kill[]) {
    const left = [...plan];
    const killed: string[] = [];
    let runId = '';
    for (let start = 0; start < MOST_STARTS; start++) {
      const child = this.#spawn(runId === '' ? ['run', spec] : ['runs', 'resume', runId]);
      const closed = once(child, 'close');
      const killing: Promise<void>[] = [];
      // Lines of a trainer that was killed are still to come: the next kill waits for the next trainer.
      let isNewTrainer = false;
      createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
        const report = JSON.parse(line) as Report;
        runId = report.runId ?? runId;
        if (isStart(report)) isNewTrainer = true;
        const [next] = left;
        if (!isNewTrainer || next === undefined || !isReached(next, report)) return;
        left.shift();
        isNewTrainer = false;
        killing.push(
          killAfter(child, next).then((what) => void killed.push(`${what} after step ${report.step ?? -1}`)),
        );
      });
      await closed;
      await Promise.all(killing);
      if (this.#status(runId) === 'finished') return { runId, killed };
    }
    throw new Error(`Run ${runId} of ${spec} did not finish; killed ${killed.join(', ')}.`);
  }

  #spawn(words: readonly string[]): ChildProcess {
    const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
    return spawn(process.execPath, [LAB, ...words, '--home', this.#home, '--json'], { stdio, detached: true });
  }

  #status(runId: string): unknown {
    const database = new Database(join(this.#home, 'lab.sqlite'), { readonly: true });
    const status = database.prepare('SELECT status FROM runs WHERE public_id = ?').pluck().get(runId);
    database.close();
    return status;
  }
}

/** The host itself reports that a run goes on before its trainer does, then without a step. */
function isStart({ type, step }: Report): boolean {
  return type === 'run.started' || (type === 'run.resumed' && typeof step === 'number');
}

function isReached(kill: Kill, report: Report): boolean {
  return kill.step < 0 ? isStart(report) : report.type === 'step.sampled' && (report.step ?? -1) >= kill.step;
}

async function killAfter(child: ChildProcess, { victim, delayMs }: Kill): Promise<string> {
  await sleep(delayMs);
  const trainers = trainersOf(child.pid);
  if (victim !== 'lab') for (const trainer of trainers) end(trainer);
  if (victim === 'trainer') return trainers.length === 0 ? 'nothing' : 'trainer';
  // All of its process group.
  end(-(child.pid ?? 0));
  for (let waited = 0; trainers.some(isAlive); waited += 50) {
    if (waited > TRAINER_END_MS) throw new Error(`The trainer ${trainers.join()} outlived its host.`);
    await sleep(50);
  }
  return victim;
}

/** It may have ended by itself. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
