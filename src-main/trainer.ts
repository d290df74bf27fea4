import { setPriority } from 'node:os';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError, mayPass, messageOf } from '#core/errors.ts';
import type { PredictCommand, TrainerMessage } from '#core/ports.ts';
import { hindranceOf } from '#core/queue/hindrance.ts';
import type { RunEvent, RunEventBody } from '#core/run-event.ts';
import { fromSystem } from '#core/system-error.ts';
import { EventLog } from '#core/training/event-log.ts';
import { eventLine } from '#core/training/log-line.ts';
import type { TrainingRequest } from '#core/training/loop.ts';
import { STAGE_WORDS, type TrainingStage } from '#core/work.ts';
import type { MeasureCommand } from './trainer/measure-command.ts';
import type { StartCommand } from './trainer/start-command.ts';
import { endProcess, hostPort } from './trainer-host/host-port.ts';

/**
 * The training process: at its host's command it trains one run, measures a run's pace or predicts with a run's weights, and
 * reports to the host. Loads no database, and what it needs for its work only once the host is watched.
 */

// Before anything else, and with the usual priority, which a thread inherits: it has to be in time on a busy machine too.
new Worker(new URL('./trainer-host/host-watch.ts', import.meta.url)).unref();

/** Gives the user's own programs priority. It is set before TensorFlow starts its threads, which inherit it. */
const NICENESS = 10;
setPriority(NICENESS);
// The host handles Ctrl-C, and what a scheduler such as Slurm sends to all processes of a job: it asks this process for a checkpoint first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => undefined);

const host = hostPort();
let request: TrainingRequest | null = null;

host.onGone(endProcess);
host.onCommand((command) => {
  if (command.type === 'start') void train(command);
  else if (command.type === 'measure') void answer(() => measured(command));
  else if (command.type === 'predict') void answer(() => predicted(command));
  else request = command;
});

async function train(command: StartCommand): Promise<void> {
  const { runId, lastSeq, stored } = command;
  const send = (event: RunEvent) => {
    host.send({ type: 'event', event });
    say(eventLine(event));
  };
  const log = new EventLog({ runId, lastSeq, stored, now: Date.now, send });
  const fail = (error: unknown) => exitAfter(log, error, runId);
  process.on('uncaughtException', fail);
  try {
    const { runInTrainer } = await import('./trainer/start-command.ts');
    await runInTrainer(command, { log, pendingRequest, tell });
  } catch (error) {
    return fail(error);
  }
  await host.flush();
  endProcess();
}

/** Tells the host and the log how far the start is. */
function tell(stage: TrainingStage): void {
  host.send({ type: 'stage', stage });
  say(STAGE_WORDS[stage]);
}

/** Writes a line to the run's trainer.log. */
function say(line: string | null): void {
  if (line !== null) process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

async function measured(command: MeasureCommand): Promise<TrainerMessage> {
  const { measureInTrainer } = await import('./trainer/measure-command.ts');
  return { type: 'measured', measurement: await measureInTrainer(command) };
}

async function predicted(command: PredictCommand): Promise<TrainerMessage> {
  const { predictInTrainer } = await import('./trainer/predict-command.ts');
  await predictInTrainer(command, (news) => host.send({ type: 'predicting', news }));
  return { type: 'predicted' };
}

/** Sends the last message of work that reports no events, and ends the process. */
async function answer(work: () => Promise<TrainerMessage>): Promise<void> {
  const fail = async (thrown: unknown) => {
    console.error(thrown);
    host.send(failureOf(thrown));
    await host.flush();
    endProcess();
  };
  process.on('uncaughtException', fail);
  try {
    host.send(await work());
  } catch (error) {
    return fail(error);
  }
  await host.flush();
  endProcess();
}

/** Lets the event loop turn once: the host's messages arrive only then. */
async function pendingRequest(): Promise<TrainingRequest | null> {
  await eventLoopTurn();
  return request;
}

/** What keeps all runs from training is told as that, and ends no run: the host puts this one back into the queue. */
async function exitAfter(log: EventLog, error: unknown, runId: string): Promise<void> {
  if (hindranceOf(error) === null) log.emit(endingOf(error, runId));
  else host.send(failureOf(error));
  await host.flush();
  endProcess();
}

function failureOf(thrown: unknown): TrainerMessage {
  const error = fromSystem(thrown);
  const code = error instanceof AppError ? error.code : 'internal';
  return { type: 'failed', code, message: messageOf(error), hinders: hindranceOf(thrown)?.kind ?? null };
}

/** A run that met a state that people can change can continue once they have. Any other error fails the run, since it would return. */
function endingOf(thrown: unknown, runId: string): RunEventBody {
  const error = fromSystem(thrown);
  const message = messageOf(error);
  if (mayPass(error)) {
    const resume = `lab runs resume ${runId}`;
    // Some sentences already say how the run can go on.
    const advice = message.includes(resume) ? '' : ` Once that is mended, \`${resume}\` goes on.`;
    return { type: 'run.interrupted', step: null, reason: `${message}${advice}` };
  }
  if (error instanceof AppError) return { type: 'run.failed', step: null, reason: message };
  // The host writes this to the run's trainer.log.
  console.error(error);
  return { type: 'run.failed', step: null, reason: `The trainer failed: ${message} (its log says where).` };
}
