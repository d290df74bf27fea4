import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '#contract/client.ts';
import type { LabHost } from '#contract/host.ts';
import { AppError } from '#core/errors.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import type { Context } from './context.ts';
import { Interrupted } from './exit.ts';
import { Interruption } from './interruption.ts';
import { labCommand } from './lab-command.ts';
import { RunWatch } from './run-watch.ts';
import type { TrainingView } from './training-view.ts';
import { JsonView, ProgressView } from './training-view.ts';

/** What a command trains. */
export interface TrainingJob {
  /** All runs of the study, or the run, as far as they are there. */
  records(client: LabClient): Promise<readonly RunRecord[]>;
  /** Queues what is to train, and, in another program, what is still to train; their ids in the order of the queue. */
  start(client: LabClient): Promise<readonly string[]>;
  /** What was queued after all of that had ended, where one round follows another; none where nothing was. */
  more?(client: LabClient): Promise<readonly string[]>;
  /** Says what came out, once all have ended. */
  finish(client: LabClient, ended: ReadonlyMap<string, RunStatus>): Promise<void>;
  /** The command that goes on after an interruption. */
  continuation(): string;
  /** Whether that command does anything about a run that ended so. */
  goesOnFrom(status: RunStatus): boolean;
}

type Ending = 'over' | 'lost' | 'interrupted';

interface Session {
  readonly context: Context;
  readonly job: TrainingJob;
  readonly view: TrainingView;
  readonly watch: RunWatch;
  readonly interruption: Interruption;
}

/** A call fails before we hear that the owner has gone. */
const LOSS_PATIENCE_MS = 1000;
/** Whoever waits longer than this wants to know why. */
const NOTICE_MS = 300;

/** Trains in this process, or follows the owner of the home; goes on by itself where that owner ends. */
export async function trainJob(context: Context, job: TrainingJob): Promise<void> {
  const { terminal, shell } = context;
  const view = terminal.json ? new JsonView(terminal) : new ProgressView(terminal);
  const session = { context, job, view, watch: new RunWatch(view), interruption: new Interruption(shell) };
  try {
    while ((await trainOnce(session)) === 'lost') terminal.note('The program that trained has ended: going on here.');
  } finally {
    session.interruption.dispose();
    terminal.clearStatus();
  }
  reportUnfinished(session.watch.ended, context, job);
}

/** A session on one host. */
interface Attempt {
  readonly host: LabHost;
  readonly session: Session;
  /** The host is closing or gone: nothing can be asked of it any more. */
  hasEnded: boolean;
}

async function trainOnce(session: Session): Promise<Exclude<Ending, 'interrupted'>> {
  const { context, job } = session;
  const host = await context.tools.openHost({ home: context.home, serve: true });
  const ending = await endingOf({ host, session, hasEnded: false });
  if (ending !== 'interrupted') return ending;
  throw new Interrupted(host.owner ? `Paused. Go on with: ${job.continuation()}` : detachedText(session));
}

async function endingOf(attempt: Attempt): Promise<Ending> {
  const { host, session } = attempt;
  let reason = 'The command is done.';
  try {
    const ending = await firstEnding(attempt);
    if (ending === 'interrupted') reason = 'Paused by Ctrl-C.';
    if (ending === 'interrupted' && host.owner) {
      session.context.terminal.note('Saving a checkpoint; Ctrl-C again ends at once.');
    }
    return ending;
  } finally {
    attempt.hasEnded = true;
    await host.close(reason);
    // What the end of the trainer reported is still to be shown.
    await nextTurn();
  }
}

async function firstEnding(attempt: Attempt): Promise<Ending> {
  const { host, session } = attempt;
  const interrupted = session.interruption.requested.then((): Ending => 'interrupted');
  const lost = host.lost.then((): Ending => 'lost');
  try {
    return await Promise.race([trainToEnd(attempt), lost, interrupted]);
  } catch (error) {
    if (host.owner || error instanceof AppError) throw error;
    const ending = await Promise.race([lost, sleep(LOSS_PATIENCE_MS, null)]);
    if (ending === null) throw error;
    return ending;
  }
}

async function trainToEnd(attempt: Attempt): Promise<Ending> {
  const { host, session } = attempt;
  const { client } = host;
  const { job, watch } = session;
  let events = await client.events.follow({});
  await watch.remember(await job.records(client), client);
  if (!watch.isOver || job.more !== undefined) await startRuns(await job.start(client), client, session);
  do {
    if (!watch.isOver) await Promise.race([watch.follow(events, client), idleOwner(host)]);
    // Its caller has the ending by then; this one is not read.
    if (attempt.hasEnded) return 'lost';
    if (!watch.isOver) await watch.settle(client);
    if (job.more !== undefined) events = await client.events.follow({});
  } while (await startMore(client, session));
  await job.finish(client, watch.ended);
  await waitForOthers(host, session);
  return 'over';
}

/** False where no round follows. */
async function startMore(client: LabClient, session: Session): Promise<boolean> {
  const runIds = (await session.job.more?.(client)) ?? [];
  if (runIds.length > 0) await startRuns(runIds, client, session);
  // Some may have ended before we heard of them.
  if (runIds.length > 0) await session.watch.settle(client);
  return runIds.length > 0;
}

async function startRuns(runIds: readonly string[], client: LabClient, { job, watch, view }: Session): Promise<void> {
  watch.start(runIds);
  const records = await job.records(client);
  const queued = runIds.map((id) => records.find((run) => run.id === id)).filter((run) => run !== undefined);
  const done = records.filter((run) => run.status === 'finished' && !run.deleted && !runIds.includes(run.id));
  view.plan(queued, done.length);
}

/** Where this process trains, nothing of ours is left when its queue is empty. */
function idleOwner(host: LabHost): Promise<void> {
  return host.owner ? host.idle() : new Promise(() => undefined);
}

/** Other programs may have queued runs here: they train in this process. */
async function waitForOthers(host: LabHost, { context }: Session): Promise<void> {
  const idle = host.idle();
  const isSlow = await Promise.race([idle.then(() => false), sleep(NOTICE_MS, true, { ref: false })]);
  if (isSlow) context.terminal.note('Other programs have runs queued here: this one ends when they are done.');
  await idle;
}

function detachedText({ context, watch }: Session): string {
  const [first = 'RUN', ...others] = watch.openRunIds;
  const runs = others.length === 0 ? `run ${first} goes` : `${others.length + 1} runs go`;
  const stop = labCommand(['runs', 'stop', first], context.homeOption);
  return `Detached: ${runs} on in the program that owns ${context.home}; this ends one: ${stop}`;
}

/** A run that did not finish makes the command fail, but it stopped no other. */
function reportUnfinished(ended: ReadonlyMap<string, RunStatus>, { terminal }: Context, job: TrainingJob): void {
  const unfinished = [...ended].filter(([, status]) => status !== 'finished');
  if (unfinished.length === 0) return;
  const list = unfinished.map(([id, status]) => `${id} ${status}`).join(', ');
  const goesOn = !terminal.json && unfinished.some(([, status]) => job.goesOnFrom(status));
  const advice = `\`runs show RUN\` says why${goesOn ? `, and this goes on: ${job.continuation()}` : ''}`;
  throw new AppError('unavailable', `${unfinished.length} of ${ended.size} runs did not finish (${list}): ${advice}.`);
}
