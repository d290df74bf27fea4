import { join } from 'node:path';
import { messageOf } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { linesOf } from '#core/lines-of.ts';
import { FOLLOW_GREETING, type FollowNews, type FollowOrder, followOrderSchema } from '#core/machines/follow-lines.ts';
import { machineSchema, type RemoteMachine } from '#core/machines/machine.ts';
import type { Launcher, SeenJob } from '#core/machines/ports.ts';
import { jobsFolder } from '#core/machines/remote-layout.ts';
import { jobOfBlock } from '#core/machines/slurm-jobs.ts';
import { parsedSafely } from '#core/validation.ts';
import { type BlockNews, FollowedBlock } from './blocks/followed-block.ts';
import type { FollowOptions } from './cli/command-tools.ts';
import { launcherOf } from './machines/launchers.ts';
import { localShell } from './machines/spawned-shell.ts';

/** How often the files of blocks are looked at, and how often the host hears that we are there. */
const LOOK_MS = 1000;
const HERE_MS = 10_000;

/** Tells a host, over stdin and stdout, what is new of the blocks below a root, until it ends our input. */
export async function follow(options: FollowOptions): Promise<void> {
  const follower = new Follower(options);
  options.tell(FOLLOW_GREETING);
  const timers = [
    setInterval(() => follower.look(), LOOK_MS),
    setInterval(() => follower.ask(), options.askSeconds * 1000),
    setInterval(() => follower.tell({ type: 'here' }), HERE_MS),
  ];
  try {
    for await (const line of linesOf(options.input)) {
      const order = parsedSafely(followOrderSchema, jsonOf(line));
      // A word of a later version; what it asks for is not told, and the host sees that.
      if (order.success) follower.hear(order.data);
    }
  } finally {
    for (const timer of timers) clearInterval(timer);
    await follower.end();
  }
}

interface Watched {
  readonly block: FollowedBlock;
  job: string | null;
  /** Whether nobody writes its files any more. */
  isOver: boolean;
  /** What was told last, since only what is new is told. */
  attempt: string;
}

class Follower {
  readonly #options: FollowOptions;
  readonly #machine: RemoteMachine;
  readonly #launcher: Launcher;
  readonly #watched = new Map<string, Watched>();
  /** One thing after another, so that nothing is told twice. */
  #working: Promise<void> = Promise.resolve();
  #isLooking = false;
  #asking: Promise<void> | null = null;

  constructor(options: FollowOptions) {
    this.#options = options;
    const slurm = options.slurm ? { slurm: {} } : {};
    this.#machine = machineSchema.parse({ name: 'machine', ssh: null, root: options.root, ...slurm });
    this.#launcher = launcherOf(this.#machine);
  }

  tell(news: FollowNews): void {
    this.#options.tell(news);
  }

  hear(order: FollowOrder): void {
    const known = this.#watched.get(order.block);
    if (order.type === 'watch' && known === undefined) this.#watch(order);
    else if (order.type === 'watch' && known !== undefined) known.job = order.job;
    else this.#finish(order.block);
  }

  /** Looks at all files once, unless that is under way. */
  look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#next(async () => {
      for (const id of this.#watched.keys()) await this.#lookAt(id);
      this.#isLooking = false;
    });
  }

  /** Asks the scheduler for all jobs, unless it is still thinking. */
  ask(): void {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
  }

  async end(): Promise<void> {
    this.#watched.clear();
    await this.#working;
  }

  #watch({ block: id, runs, job }: Extract<FollowOrder, { readonly type: 'watch' }>): void {
    const block = new FollowedBlock(join(jobsFolder(this.#options.root), id), runs);
    this.#watched.set(id, { block, job, isOver: false, attempt: '' });
    this.#next(() => this.#lookAt(id));
    // The first question need not wait; later ones share the interval.
    if (this.#watched.size === 1) this.ask();
  }

  #next(work: () => Promise<void>): void {
    this.#working = this.#working.then(work);
  }

  async #lookAt(id: string): Promise<void> {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    try {
      this.#tellNews(id, watched, await (watched.isOver ? watched.block.lastLook() : watched.block.look()));
      if (watched.isOver) this.#forget(id);
    } catch (error) {
      // The next look tries it again.
      this.tell({ type: 'silence', block: id, reason: messageOf(error) });
    }
  }

  #finish(id: string): void {
    const watched = this.#watched.get(id);
    if (watched !== undefined) {
      watched.isOver = true;
      this.#next(() => this.#lookAt(id));
    } else this.#forget(id);
  }

  #forget(id: string): void {
    this.#watched.delete(id);
    this.tell({ type: 'finished', block: id });
  }

  #tellNews(id: string, watched: Watched, { runs, attempt }: BlockNews): void {
    for (const { runId, events } of runs) this.tell({ type: 'events', block: id, runId, events: [...events] });
    if (attempt === null) return;
    // How long ago the last beat was is told only once it is long.
    const quietMinutes = Math.floor(attempt.quietMs / 60_000);
    const told = JSON.stringify({ ...attempt, quietMs: quietMinutes });
    if (told === watched.attempt) return;
    watched.attempt = told;
    this.tell({ type: 'attempt', block: id, news: attempt });
  }

  async #ask(): Promise<void> {
    if (this.#watched.size === 0) return;
    try {
      const jobs = await this.#launcher.jobs(localShell, this.#machine);
      for (const [id, { job }] of this.#watched) {
        if (job === null) continue;
        const seen = await this.#jobOf(id, job, jobs);
        // What is in the files already is told first.
        this.#next(async () => this.tell({ type: 'job', block: id, job: seen }));
      }
    } catch (error) {
      this.tell({ type: 'silence', block: null, reason: messageOf(error) });
    }
  }

  /** What is not in the list may have been forgotten, or the list was not whole: it is looked at more closely. */
  async #jobOf(block: string, id: string, jobs: readonly SeenJob[]): Promise<SeenJob | null> {
    return jobOfBlock(jobs, block) ?? this.#launcher.job(localShell, this.#machine, id);
  }
}
