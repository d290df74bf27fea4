import { join } from 'node:path';
import { acceptedEvents } from '#core/block/accepted-events.ts';
import { RUNS_FOLDER } from '#core/block/attempt-files.ts';
import type { AttemptEnd } from '#core/block/block.ts';
import type { SchedulerJob } from '#core/block/block-ports.ts';
import { messageOf } from '#core/errors.ts';
import type { RunEvent } from '#core/run-event.ts';
import { claimBlock, readBlock } from './blocks/claimed-folder.ts';
import { reportsOf } from './blocks/run-reports.ts';
import { slurmJob } from './blocks/slurm-job.ts';
import type { WorkWatching } from './cli/command-tools.ts';
import { BlockWork } from './services/block-work.ts';
import { Works } from './services/works.ts';
import { tensorflowAtHand } from './setup/installed.mjs';
import { createChildProcessHost } from './trainer-host/child-process.ts';

/** A checkpoint, the end of the process and the scheduler's own look, every half minute, have to fit into it. */
const LEAD_MS = 120_000;
/** Of a short allocation no more than this share is given up. */
const MOST_LEAD = 0.25;

/** Trains the block in a folder, as one attempt of several; throws where its last word cannot be written. */
export async function workOn(folder: string, options: WorkWatching): Promise<AttemptEnd> {
  const { environment, say } = options;
  const job = slurmJob(environment);
  const claimed = await claimBlock(folder, { job });
  const clock = { now: () => Date.now() };
  const work = new BlockWork({
    folder: claimed,
    trainers: createChildProcessHost({ libraryFolders: tensorflowAtHand()?.libraryFolders ?? [] }),
    clock,
    works: new Works({ clock }),
    threads: Number(environment.SLURM_CPUS_PER_TASK) || null,
    scratch: job === null ? null : (environment.SLURM_TMPDIR ?? environment.TMPDIR ?? null),
    onEvent: options.onEvent,
  });
  say(`Attempt ${claimed.attempt} at block ${claimed.block.id}.`);
  const limit = new TimeLimit(job, () => void work.yield('The time limit of its job is near.'));
  const unsubscribe = options.onSignal((signal) => {
    if (signal === 'SIGUSR1') limit.reach();
    else void work.yield(`Its process was told to end (${signal}).`);
  });
  try {
    const end = await work.work();
    if (end.ended === 'yielded' && limit.isReached) await requeue(job, say);
    return end;
  } finally {
    unsubscribe();
    limit.forget();
  }
}

/** The events that count of all runs of a block, run by run. Throws as `workOn` does where no block is there. */
export async function* blockEvents(folder: string): AsyncGenerator<RunEvent> {
  const { runs } = await readBlock(folder);
  for (const { runId, lastSeq } of runs)
    yield* acceptedEvents(await reportsOf(join(folder, RUNS_FOLDER, runId)), lastSeq);
}

/** Whoever cannot requeue leaves it to the host, which submits the block again. */
async function requeue(job: SchedulerJob | null, say: (sentence: string) => void): Promise<void> {
  await job?.requeue().catch((error: unknown) => say(messageOf(error)));
}

/** The limit of a scheduler's job, which is noticed by our own clock where no signal warns. */
class TimeLimit {
  readonly #job: SchedulerJob | null;
  readonly #onNear: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isReached = false;
  #isForgotten = false;

  constructor(job: SchedulerJob | null, onNear: () => void) {
    this.#job = job;
    this.#onNear = onNear;
    void this.#ask(null);
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  /** The limit is near. */
  reach(): void {
    this.#isReached = true;
    this.#onNear();
  }

  forget(): void {
    this.#isForgotten = true;
    clearTimeout(this.#timer);
  }

  /** Asked again when it is near, since the limit may have been moved. `lead` is how long before it the work is given up. */
  async #ask(lead: number | null): Promise<void> {
    const endsAt = (await this.#job?.endsAt()) ?? null;
    if (endsAt === null || this.#isForgotten) return;
    const left = endsAt - Date.now();
    const leadMs = lead ?? Math.min(LEAD_MS, Math.max(0, left * MOST_LEAD));
    const waitMs = left - leadMs;
    if (waitMs <= 0) this.reach();
    else this.#timer = setTimeout(() => void this.#ask(leadMs), Math.min(waitMs, LONGEST_TIMER_MS));
  }
}

/** Timers of Node go no further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
