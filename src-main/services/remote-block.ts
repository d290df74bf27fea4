import type { Block } from '#core/block/block.ts';
import { isCalibration, type SentBlock } from '#core/block/sent-block.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { type BlockCourse, isAllRead, nextStep } from '#core/machines/block-course.ts';
import type { AttemptNews, FollowNews, FollowOrder } from '#core/machines/follow-lines.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import { launcherKind, type SeenJob } from '#core/machines/ports.ts';
import { JOB_OUTPUT } from '#core/machines/remote-layout.ts';
import type { RemoteMachines } from '#core/machines/remote-machines.ts';
import type { Clock, RunInStudy, Store } from '#core/ports.ts';
import { isOver } from '#core/run.ts';
import { ENDING_AT, endsRun, type RunEvent } from '#core/run-event.ts';
import type { EventHub } from './event-hub.ts';
import { isFailure, type RemoteFiles } from './remote-files.ts';

export interface RemotePorts {
  readonly store: Store;
  readonly hub: EventHub;
  readonly clock: Clock;
  readonly machines: RemoteMachines;
  readonly remoteFiles: Pick<RemoteFiles, 'keepLog'>;
}

/** Whoever has the session in which a block is followed. */
export interface BlockFollower {
  order(order: FollowOrder): void;
  /** Nothing is stored any more of what the session tells: it is to begin anew. */
  restart(reason: string): void;
  /** The block is over. */
  settled(block: string): Promise<void>;
}

/** Where and when something was heard. */
interface Hearing {
  readonly follower: BlockFollower;
  readonly heardAt: number;
}

/** Whatever attempt it is. */
const EVERY_ATTEMPT = 1_000_000;

/** One block of this home on its machine: what is heard of it becomes what is stored of its runs. */
export class RemoteBlock {
  readonly sent: SentBlock;
  readonly #ports: RemotePorts;
  readonly #machine: RemoteMachine;
  readonly #runs = new Map<string, RunInStudy>();
  readonly #lastSeqs = new Map<string, number>();
  /** Runs that may still go on by themselves. */
  readonly #open = new Set<string>();
  /** Runs that have failed there, and whose logs are not here yet. */
  readonly #owedLogs = new Set<string>();
  #course: BlockCourse;
  #attempt: AttemptNews | null = null;
  /** Since when the scheduler has said that its job is over, or not known. */
  #overSince: number | null = null;
  /** Why a run has ended of which a calibration has measured nothing. */
  #failure: string | null = null;
  /** Why it is being settled. */
  #ending: string | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(ports: RemotePorts, machine: RemoteMachine, sent: SentBlock) {
    this.#ports = ports;
    this.#machine = machine;
    this.sent = sent;
    this.#course = sent.course;
  }

  get id(): string {
    return this.sent.id;
  }

  /** Whether nothing more is to come of it, and its files are read to their end. */
  get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** Whether its folder is there, and a job for it. */
  get isOut(): boolean {
    return this.#course.isPlaced && this.#course.job !== null;
  }

  /** Whether the run is a part of it that may still go on. */
  has(runId: string): boolean {
    return this.#open.has(runId);
  }

  /** Reads where its runs stand. */
  async open(): Promise<void> {
    for (const id of this.sent.runs) {
      const run = await this.#ports.store.run(id);
      this.#runs.set(id, { id, studyId: run.studyId });
      this.#lastSeqs.set(id, run.lastSeq);
      if (!isOver(run.status) || run.status === 'interrupted') this.#open.add(id);
      else if (isFailure(run.status)) this.#owedLogs.add(id);
    }
    // What a calibration reports is in nobody's history: it is read from the beginning.
    for (const id of Object.keys(this.#course.calibrates)) {
      this.#lastSeqs.set(id, 0);
      this.#open.add(id);
    }
  }

  /** Has a new session follow it. */
  follow(follower: BlockFollower): void {
    this.#ending = null;
    follower.order({ type: 'watch', block: this.id, runs: Object.fromEntries(this.#lastSeqs), job: this.#course.job });
    if (this.#open.size === 0) this.#end(follower, 'All of its runs have ended.');
    this.#inTurn(() => this.#keepLogs(), follower);
  }

  /** Places what `content` gives, and submits it, where that is still to be done. Throws what the machine throws. */
  async bringOut(content: () => Promise<Block>): Promise<void> {
    if (this.isOut) return;
    if (!this.#course.isPlaced) {
      await this.#ports.machines.place(this.#machine, await content(), this.#course.from);
      await this.#note({ isPlaced: true });
    }
    if (this.#course.job === null) await this.#submit(false);
  }

  /** Tells whoever shows its runs that something of it is another. */
  announce(): void {
    this.#ports.hub.publishRuns([...this.#runs.values()]);
  }

  /** Resolves once what was heard is stored. */
  idle(): Promise<void> {
    return this.#working;
  }

  /** The machine does not take it, and has nothing of it that could report. */
  refuse(reason: string, follower: BlockFollower): void {
    this.#ending = reason;
    this.#inTurn(() => this.#settle(follower), follower);
  }

  /** Takes news, one after the other. */
  hear(news: FollowNews, follower: BlockFollower): void {
    const heardAt = this.#ports.clock.now();
    this.#inTurn(() => this.#hear(news, { follower, heardAt }), follower);
  }

  /** Tells the machine what the user wants of a run; a job that only waits for such runs is cancelled. */
  async end(runId: string, type: 'pause' | 'stop', reason: string): Promise<void> {
    const others = this.#course.wishes.filter((wish) => wish.runId !== runId);
    const wishes = [...others, { attempt: EVERY_ATTEMPT, type, runId, reason }];
    await this.#note({ wishes });
    await this.#ports.machines.control(this.#machine, this.id, wishes);
    const { job, state } = this.#course;
    const isWanted = [...this.#open].some((id) => wishes.every((wish) => wish.runId !== id));
    if (isWanted) return;
    if (job !== null && (state === 'waits' || state === 'held')) await this.#ports.machines.cancel(this.#machine, job);
    if (this.sent.after.length > 0) await this.#takeBack(reason);
  }

  #inTurn(work: () => Promise<void>, follower: BlockFollower): void {
    this.#working = this.#working.then(work).catch((error: unknown) => follower.restart(messageOf(error)));
  }

  async #hear(news: FollowNews, { follower, heardAt }: Hearing): Promise<void> {
    switch (news.type) {
      case 'events':
        if (isCalibration(this.sent)) await this.#noteProfiles(news.events);
        else await this.#store(news.runId, news.events);
        await this.#keepLogs();
        if (this.#open.size === 0) this.#end(follower, 'All of its runs have ended.');
        break;
      case 'attempt':
        this.#attempt = news.news;
        await this.#note({ attempt: news.news.attempt, node: news.news.node ?? this.#course.node });
        break;
      case 'job':
        await this.#judge(news.job, { follower, heardAt });
        break;
      case 'finished':
        await this.#settle(follower);
        break;
    }
  }

  /** Stores each event once; those of other runs are none of this block's. */
  async #store(runId: string, events: readonly RunEvent[]): Promise<void> {
    const run = this.#runs.get(runId);
    const last = this.#lastSeqs.get(runId) ?? 0;
    const added = events.filter((event) => event.runId === runId && event.seq > last);
    if (run === undefined || added.length === 0) return;
    await this.#ports.store.appendEvents(added);
    for (const event of added) {
      this.#lastSeqs.set(runId, event.seq);
      if (endsRun(event) && event.type !== 'run.interrupted') this.#open.delete(runId);
      else this.#open.add(runId);
      if (event.type === 'run.failed' || event.type === 'run.diverged') this.#owedLogs.add(runId);
      this.#ports.hub.publishProgress(event, run.studyId);
    }
  }

  /** Where the machine does not answer now, the next session tries it again. */
  async #keepLogs(): Promise<void> {
    for (const id of this.#owedLogs) {
      try {
        await this.#ports.remoteFiles.keepLog(await this.#ports.store.run(id));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code === 'unavailable' || error.code === 'no-space') continue;
      }
      this.#owedLogs.delete(id);
    }
  }

  /** Keeps the savings that a calibration has measured. */
  async #noteProfiles(events: readonly RunEvent[]): Promise<void> {
    for (const event of events) {
      const { runId, seq } = event;
      this.#lastSeqs.set(runId, seq);
      const known = this.#course.calibrates[runId];
      if (event.type === 'run.profiled' && known === null)
        await this.#note({ calibrates: { ...this.#course.calibrates, [runId]: event.saved.profile } });
      if (!endsRun(event)) continue;
      if (this.#course.calibrates[runId] === null) this.#failure = event.reason ?? null;
      if (event.type !== 'run.interrupted') this.#open.delete(runId);
    }
  }

  async #judge(job: SeenJob | null, { follower, heardAt }: Hearing): Promise<void> {
    if (this.#ending !== null || this.#course.job === null) return;
    // An answer from before the newest job was submitted.
    if (job !== null && job.id !== this.#course.job && job.state === 'over') return;
    const isOff = job === null || job.state === 'over';
    this.#overSince = isOff ? (this.#overSince ?? heardAt) : null;
    const seen = job === null ? { state: 'gone' as const } : { state: job.state, reason: job.reason, job: job.id };
    const heard = isOff ? {} : { askedAt: null };
    await this.#note({ ...seen, ...heard, ...(job?.node == null ? {} : { node: job.node }) });
    const step = nextStep(this.#course, {
      ...{ job, attempt: this.#attempt, progress: this.#progress },
      output: JOB_OUTPUT[launcherKind(this.#machine)],
      sinceMs: heardAt - (this.#overSince ?? heardAt),
      isWhole: isAllRead(this.#attempt, Object.fromEntries(this.#lastSeqs)),
    });
    if (step.do === 'settle') this.#end(follower, step.reason);
    else if (step.do === 'submit') await this.#submitAgain(step.isVain, follower);
  }

  async #submitAgain(isVain: boolean, follower: BlockFollower): Promise<void> {
    try {
      await this.#submit(isVain);
      follower.order({ type: 'watch', block: this.id, runs: {}, job: this.#course.job });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Where it did not answer, the next look at its jobs tries it again.
      if (error.code !== 'unavailable') this.#end(follower, error.message);
    }
  }

  async #submit(isVain: boolean): Promise<void> {
    const { clock, machines } = this.#ports;
    const { version, time, vain, askedAt } = this.#course;
    const askedMsAgo = askedAt === null ? null : clock.now() - askedAt;
    const noteAsked = (mayBeUnderWay: boolean) => this.#note({ askedAt: mayBeUnderWay ? clock.now() : null });
    const job = await machines.submit(this.#machine, { id: this.id, version, time, askedMsAgo, noteAsked });
    this.#overSince = null;
    const counted = { vain: isVain ? vain + 1 : 0, progress: this.#progress };
    await this.#note({ job, askedAt: null, state: 'waits', reason: null, node: null, ...counted });
  }

  /** Events of its runs that are stored. */
  get #progress(): number {
    return [...this.#lastSeqs.values()].reduce((sum, seq) => sum + seq, 0);
  }

  /** Has its files read to their end, after which nothing more is heard of it. */
  #end(follower: BlockFollower, reason: string): void {
    if (this.#ending !== null) return;
    this.#ending = reason;
    follower.order({ type: 'finish', block: this.id });
  }

  async #settle(follower: BlockFollower): Promise<void> {
    const reason = this.#ending ?? 'Nothing reports on it any more.';
    if (isCalibration(this.sent)) await this.#endCalibration(reason);
    else await this.#takeBack(reason);
    await follower.settled(this.id);
  }

  async #takeBack(reason: string): Promise<void> {
    const { store, hub } = this.#ports;
    // What has begun and not ended is interrupted now.
    for (const id of this.#open) if ((this.#lastSeqs.get(id) ?? 0) > 0) this.#owedLogs.add(id);
    await this.#keepLogs();
    await store.takeBlockBack(this.id, reason);
    for (const wish of this.#course.wishes) await this.#grant(wish.runId, wish.type, wish.reason);
    hub.publishRuns([...this.#runs.values()]);
  }

  async #endCalibration(reason: string): Promise<void> {
    const { store, hub } = this.#ports;
    const { machine, folder } = this.sent;
    const waited = await store.endCalibration(
      this.id,
      calibrationFailure({ machine, folder, reason: this.#failure ?? reason }),
    );
    hub.publishRuns(waited);
    hub.publishChange('studies', [...new Set(waited.flatMap(({ studyId }) => studyId ?? []))]);
  }

  /** What the user wanted of a run that had not begun, or had given way already. */
  async #grant(runId: string, type: 'pause' | 'stop', reason: string): Promise<void> {
    const { status } = await this.#ports.store.run(runId);
    if (status === 'interrupted') await this.#ports.store.setStatus(runId, statusAfter(type), reason);
  }

  async #note(change: Partial<BlockCourse>): Promise<void> {
    const course = { ...this.#course, ...change };
    if (JSON.stringify(course) === JSON.stringify(this.#course)) return;
    this.#course = course;
    await this.#ports.store.noteCourse(this.id, course);
    this.announce();
  }
}

function calibrationFailure({
  machine,
  folder,
  reason,
}: Pick<SentBlock, 'machine' | 'folder'> & { readonly reason: string }): string {
  return `The step times that fix S' of the equal-time arms could not be measured on ${machine}, so no run was sent there: ${reason} Its files are in ${folder}. Once that is mended, resume the runs, or start the study there again: it is measured anew.`;
}

function statusAfter(type: 'pause' | 'stop'): 'paused' | 'stopped' {
  return ENDING_AT[type] === 'run.paused' ? 'paused' : 'stopped';
}
