import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '#contract/client.ts';
import type { LabHost } from '#contract/host.ts';
import { countedNoun } from '#core/analysis/quantity.ts';
import { BackOff } from '#core/back-off.ts';
import { gapSentences } from '#core/data/class-gaps.ts';
import { AppError } from '#core/errors.ts';
import { labCommand } from '#core/lab-command.ts';
import type { JobRecord } from '#core/machines/job-record.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import type { Context } from './context.ts';
import { misread, withLab } from './context.ts';
import { Interrupted } from './exit.ts';
import { Interruption } from './interruption.ts';
import { QueueWatch } from './queue-watch.ts';
import { RunWatch } from './run-watch.ts';
import type { TrainingView } from './training-view.ts';
import { JsonView, ProgressView } from './training-view.ts';
import { showWorks } from './work-lines.ts';

/** What a command trains. */
export interface TrainingJob {
  /** The existing runs of the study, or the one run. */
  records(client: LabClient): Promise<readonly RunRecord[]>;
  /**
   * Queues the runs to train; after a change of program, those that are left. Returns their ids in the order of the
   * queue.
   */
  start(client: LabClient): Promise<readonly string[]>;
  /** The runs of the next round, where one round follows another; empty after the last one. */
  more?(client: LabClient): Promise<readonly string[]>;
  /** Prints the result once all runs have ended. */
  finish(client: LabClient, ended: ReadonlyMap<string, RunStatus>): Promise<void>;
  /** The command that continues after an interruption. */
  continuation(): string;
  /** Whether that command would train a run again that ended with this status. */
  goesOnFrom(status: RunStatus): boolean;
}

type Ending = 'over' | 'lost' | 'interrupted';

interface Session {
  readonly context: Context;
  readonly job: TrainingJob;
  readonly view: TrainingView;
  readonly watch: RunWatch;
  readonly interruption: Interruption;
  /** The life of the owner that has been asked to train everything, and trains on where only the way to it was lost. */
  askedLife: string | null;
  /** Sentences about the data that were printed. */
  readonly told: Set<string>;
  /** Whether its runs train on another machine, where they go on without this program. */
  isElsewhere: boolean;
}

/** A call may fail before we hear that the owner has gone: wait this long for the news. */
const LOSS_PATIENCE_MS = 1000;
/** A user who waits longer than this is told why. */
const NOTICE_MS = 300;

/** Trains in this process, or follows the owner of the home; takes over the training where that owner ends. */
export async function trainJob(context: Context, job: TrainingJob, detaches = false): Promise<void> {
  if (detaches) return startElsewhere(context, job);
  const { terminal, shell } = context;
  const view = terminal.json ? new JsonView(terminal) : new ProgressView(terminal);
  const session = {
    context,
    job,
    view,
    watch: new RunWatch(view),
    interruption: new Interruption(shell),
    askedLife: null,
    told: new Set<string>(),
    isElsewhere: false,
  };
  try {
    let isSuccessor = false;
    while ((await trainOnce(session, isSuccessor)) === 'lost') isSuccessor = true;
  } catch (error) {
    throw misread(context, error);
  } finally {
    session.interruption.dispose();
    terminal.clearStatus();
  }
  reportUnfinished(session.watch.ended, context, job);
}

/** Hands the runs to the other machine, and leaves them there. */
async function startElsewhere(context: Context, job: TrainingJob): Promise<void> {
  await withLab(context, async (client) => {
    const runIds = await job.start(client);
    const isOurs = ({ runs, calibrates }: JobRecord) => [...runs, ...calibrates].some((run) => runIds.includes(run));
    const jobs = (await client.jobs.list({})).filter(isOurs);
    const waiting = jobs.filter(({ job: id, waitsFor }) => id === null && waitsFor === null);
    context.terminal.answer(jobs, () => submittedText(jobs, context));
    if (waiting.length === 0) return;
    const again = labCommand({ words: ['jobs'], home: context.homeOption });
    throw new AppError(
      'unavailable',
      `${waiting.length} of ${jobs.length} jobs could not be submitted yet: \`${again}\` tries it again.`,
    );
  });
}

function submittedText(all: readonly JobRecord[], { homeOption }: Context): string {
  if (all.length === 0) return 'Nothing is left to train.';
  const { machine } = all[0];
  const jobs = labCommand({ words: ['jobs'], home: homeOption });
  const [held, sent] = [true, false].map((isHeld) => all.filter(({ waitsFor }) => (waitsFor !== null) === isHeld));
  const training = sent.filter(({ runs }) => runs.length > 0);
  const measuring = sent.filter(({ calibrates }) => calibrates.length > 0);
  const ids = (some: readonly JobRecord[]) => some.map(({ job }) => job ?? 'none yet').join(', ');
  return [
    ...(training.length === 0 ? [] : [`${runsOf(training)} on ${machine} (${ids(training)}).`]),
    ...(measuring.length === 0
      ? []
      : [`Step times are measured first on ${machine} (${ids(measuring)}), since they fix S' of the equal-time arms.`]),
    ...(held.length === 0
      ? []
      : [`${runsOf(held)} more follow as soon as that is over, and \`${jobs}\` or the app looks at it.`]),
    `How they are: ${jobs}`,
  ].join(' ');
}

/** "6 runs of 2 jobs" */
function runsOf(jobs: readonly JobRecord[]): string {
  const runs = jobs.reduce((sum, one) => sum + one.runs.length, 0);
  return `${countedNoun(runs, 'run')} of ${countedNoun(jobs.length, 'job')}`;
}

/** A session on one host. */
interface Attempt {
  readonly host: LabHost;
  readonly session: Session;
  /** The host is closing or gone and can no longer be asked. */
  hasEnded: boolean;
}

async function trainOnce(session: Session, isSuccessor: boolean): Promise<Exclude<Ending, 'interrupted'>> {
  const { context, job } = session;
  const host = await (isSuccessor ? openedAgain(session) : open(context));
  void host.damage.then((damage) => damage !== null && context.terminal.note(damage));
  const watched = new AbortController();
  showWorks(context.terminal, host.client, watched.signal);
  void foretell(host, session, watched.signal);
  const ending = await endingOf({ host, session, hasEnded: false }).finally(() => watched.abort());
  if (ending !== 'interrupted') return ending;
  if (session.isElsewhere) throw new Interrupted(leftText(session));
  throw new Interrupted(host.owner ? `Paused. Continue with: ${job.continuation()}` : detachedText(session));
}

/** Throws where the program that trained has not ended, but is silent. */
function open(context: Context): Promise<LabHost> {
  return context.tools.openHost({ home: context.home, serve: true, endsAtStandstill: !QueueWatch.waits(context) });
}

async function openedAgain(session: Session): Promise<LabHost> {
  const { context, askedLife } = session;
  if (context.elsewhere !== null) return foundAgain(session);
  const host = await open(context);
  const way = host.owner ? 'continuing here' : 'following another one';
  // A program that was only slow to answer is still the same.
  if (host.life === null || host.life !== askedLife)
    context.terminal.note(`The program that trained has ended: ${way}.`);
  return host;
}

/** A home on another machine is looked for until it is reached, or until Ctrl-C: nobody else can take it over. */
async function foundAgain(session: Session): Promise<LabHost> {
  const { context, interruption } = session;
  const { terminal, home } = context;
  terminal.note(`The connection to ${home} is lost: looking for it again. What trains there trains on.`);
  const interrupted = interruption.requested.then(() => true);
  const backOff = new BackOff();
  for (;;) {
    if (await Promise.race([interrupted, sleep(backOff.next(Math.random()), false)]))
      throw new Interrupted(detachedText(session));
    try {
      const host = await open(context);
      terminal.note(`${home} is reached again.`);
      return host;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      terminal.status(error.message);
    }
  }
}

/** Tells the view how long the runs will take, while their owner says so: its end is told elsewhere. */
async function foretell({ client }: LabHost, { view }: Session, signal: AbortSignal): Promise<void> {
  try {
    for await (const outlook of await client.queue.outlook({}, { signal })) view.foretell(outlook);
  } catch {
    // The command ends, or follows the next owner.
  }
}

async function endingOf(attempt: Attempt): Promise<Ending> {
  const { host, session } = attempt;
  let reason = 'The command is done.';
  try {
    const ending = await firstEnding(attempt);
    if (ending === 'interrupted') reason = 'Paused by Ctrl-C.';
    if (ending === 'interrupted' && host.owner && !session.isElsewhere) {
      session.context.terminal.note('Saving a checkpoint; Ctrl-C again ends at once.');
    }
    return ending;
  } finally {
    attempt.hasEnded = true;
    await host.close(reason);
    // The last events of the trainer arrive in the next turn and are still to be shown.
    await nextTurn();
  }
}

async function firstEnding(attempt: Attempt): Promise<Ending> {
  const { host, session } = attempt;
  const interrupted = session.interruption.requested.then((): Ending => 'interrupted');
  const lost = host.lost.then((): Ending => 'lost');
  const queue = new QueueWatch(session.context, () => session.watch.openRunIds);
  const over = new AbortController();
  try {
    return await Promise.race([trainToEnd(attempt), lost, interrupted, queue.follow(host.client, over.signal)]);
  } catch (error) {
    if (host.owner || error instanceof AppError) throw error;
    const ending = await Promise.race([lost, sleep(LOSS_PATIENCE_MS, null)]);
    if (ending === null) throw error;
    return ending;
  } finally {
    over.abort();
  }
}

async function trainToEnd(attempt: Attempt): Promise<Ending> {
  const { host, session } = attempt;
  const { client } = host;
  const { job, watch } = session;
  let events = await client.events.follow({});
  await watch.remember(await job.records(client), client);
  const isSame = host.life !== null && host.life === session.askedLife;
  if (isSame) await watch.settle(client);
  else if (!watch.isOver || watch.hasInterrupted || job.more !== undefined)
    await startRuns(await job.start(client), client, session);
  session.askedLife = host.life;
  do {
    if (!watch.isOver) await Promise.race([watch.follow(events, client), idleOwner(host)]);
    // `firstEnding` has already returned another ending, so this value is not read.
    if (attempt.hasEnded) return 'lost';
    if (!watch.isOver) await watch.settle(client);
    if (job.more !== undefined) events = await client.events.follow({});
  } while (await startMore(client, session));
  await job.finish(client, watch.ended);
  await waitForOthers(host, session);
  return 'over';
}

/** Starts the next round; false where there is none. */
async function startMore(client: LabClient, session: Session): Promise<boolean> {
  const runIds = (await session.job.more?.(client)) ?? [];
  if (runIds.length > 0) await startRuns(runIds, client, session);
  // Some of these runs may have ended before this process heard of them.
  if (runIds.length > 0) await session.watch.settle(client);
  return runIds.length > 0;
}

async function startRuns(runIds: readonly string[], client: LabClient, session: Session): Promise<void> {
  const { job, watch, view } = session;
  watch.start(runIds);
  const records = await job.records(client);
  const queued = runIds.map((id) => records.find((run) => run.id === id)).filter((run) => run !== undefined);
  const done = records.filter((run) => run.status === 'finished' && !run.deleted && !runIds.includes(run.id));
  session.isElsewhere = queued.length > 0 && queued.every(({ elsewhere }) => elsewhere?.isThere);
  noteGaps(queued, session);
  view.plan(queued, done.length);
}

/** Says once, before anything trains, which classes the parts of these runs lack. */
function noteGaps(queued: readonly RunRecord[], { context, told }: Session): void {
  const sentences = queued.flatMap(({ classGaps, spec }) => gapSentences(classGaps ?? [], spec.split));
  for (const sentence of new Set(sentences)) {
    if (!told.has(sentence)) context.terminal.note(`Careful: ${sentence}`);
    told.add(sentence);
  }
}

/** Where this process trains, all our runs have ended when its queue is empty. */
function idleOwner(host: LabHost): Promise<void> {
  return host.owner ? host.idle() : new Promise(() => undefined);
}

/** Waits for the runs that other programs have queued here: they train in this process. */
async function waitForOthers(host: LabHost, { context }: Session): Promise<void> {
  const idle = host.idle().then(() => true);
  const isSlow = async () => !(await Promise.race([idle, sleep(NOTICE_MS, false, { ref: false })]));
  let isTold = false;
  // On a busy machine the queue also waits a while for the process of our last trainer to end.
  while (!isTold && (await isSlow())) isTold = await trains(host.client);
  if (isTold) context.terminal.note('Other programs have queued runs here: this program ends when those are done.');
  await idle;
}

/** Whether a run trains here. Once our runs have ended, it is a run of another program. */
async function trains(client: LabClient): Promise<boolean> {
  const running = await client.runs.list({ statuses: ['running'] });
  return running.some((run) => !run.imported);
}

function detachedText({ context, watch }: Session): string {
  const [first, ...others] = watch.openRunIds;
  const command = (words: readonly string[], operands: readonly string[]) =>
    labCommand({ words, operands, home: context.homeOption });
  if (first === undefined)
    return `Detached before the program that owns ${context.home} named a run. To see its runs: ${command(['runs', 'list'], [])}`;
  const runs = others.length === 0 ? `run ${first} continues` : `${others.length + 1} runs continue`;
  return `Detached: ${runs} in the program that owns ${context.home}. To stop one: ${command(['runs', 'stop'], [first])}`;
}

/** What trains on another machine goes on by itself. */
function leftText({ context, job, watch }: Session): string {
  const command = (words: readonly string[], operands: readonly string[]) =>
    labCommand({ words, operands, home: context.homeOption });
  const runs = countedNoun(watch.openRunIds.length, 'run');
  const stop = command(['runs', 'stop'], watch.openRunIds.slice(0, 1));
  return `Detached: ${runs} left on the other machine. How they are: ${command(['jobs'], [])}; follow them again: ${job.continuation()}; stop one: ${stop}`;
}

/** A run that did not finish makes the command fail, but only after all others have ended. */
function reportUnfinished(ended: ReadonlyMap<string, RunStatus>, { terminal }: Context, job: TrainingJob): void {
  const unfinished = [...ended].filter(([, status]) => status !== 'finished');
  if (unfinished.length === 0) return;
  const list = unfinished.map(([id, status]) => `${id} ${status}`).join(', ');
  const goesOn = !terminal.json && unfinished.some(([, status]) => job.goesOnFrom(status));
  const advice = `\`runs show RUN\` says why${goesOn ? `, and this command continues: ${job.continuation()}` : ''}`;
  throw new AppError('unavailable', `${unfinished.length} of ${ended.size} runs did not finish (${list}): ${advice}.`);
}
