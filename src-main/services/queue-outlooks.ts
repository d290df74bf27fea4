import { EventPublisher } from '@orpc/server';
import type { Clock, Store } from '#core/ports.ts';
import type { QueueOutlook } from '#core/queue/outlook.ts';
import { outlookOf, secondsOfWaiting } from '#core/queue/outlook.ts';
import type { StoredRun } from '#core/queue/queue.ts';
import type { Change, RunDetail } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { endsRun } from '#core/run-event.ts';
import { epochCount } from '#core/training/course.ts';
import type { Experience } from '#core/training/run-forecast.ts';
import { RunForecast } from '#core/training/run-forecast.ts';
import type { EventHub } from './event-hub.ts';
import type { RunQueue } from './queue.ts';

interface OutlookPorts {
  readonly store: Store;
  readonly queue: RunQueue;
  readonly hub: EventHub;
  readonly clock: Clock;
}

/** A run that trains, with its events from the start on until its record is read. */
interface Followed {
  forecast: RunForecast | null;
  readonly early: RunEvent[];
}

type Looked = Awaited<ReturnType<RunQueue['look']>>;

/** The queue trains one run after another. */
const TRAINERS = 1;
/** The least time between two outlooks, and between two while nothing is told but time passes. */
const PACE_MS = 1000;
const IDLE_MS = 5000;
/** What takes longer than these seconds is a queue that stood still. */
const LONGEST_START_UP = 120;
const RELEVANT: ReadonlySet<Change['kind']> = new Set(['runs', 'studies', 'queue']);

/**
 * The one place that tells how long runs will take: pages, terminals and other programs hear it from here. What trains is followed event
 * by event; what waits takes what finished runs of its study took.
 */
export class QueueOutlooks {
  readonly #ports: OutlookPorts;
  readonly #publisher = new EventPublisher<{ outlook: QueueOutlook }>({ maxBufferedEvents: 10 });
  readonly #training = new Map<string, Followed>();
  #followers = 0;
  /** The queue as it was looked at; null where it may be another by now. */
  #looked: Promise<Looked> | null = null;
  #pending: { readonly timer: NodeJS.Timeout; readonly isSoon: boolean } | null = null;
  /** When the last run ended, until the next one makes its first step; and what lay between the two, in seconds. */
  #endedAt: number | null = null;
  #startUp = 0;

  constructor(ports: OutlookPorts) {
    this.#ports = ports;
    ports.hub.listen(
      (event) => this.#hear(event),
      ({ kind }) => RELEVANT.has(kind) && this.#forget(),
    );
  }

  async show(): Promise<QueueOutlook> {
    this.#looked ??= this.#ports.queue.look();
    const looked = this.#looked;
    const { state, stored } = await looked.catch((error: unknown) => {
      this.#looked = null;
      throw error;
    });
    const at = this.#ports.clock.now();
    const runs = new Map(stored.runs.map((run) => [run.id, run]));
    const training = stored.runs.filter(({ id }) => this.#training.has(id));
    return outlookOf(state.runs, (id) => this.#secondsOf(runs.get(id), training, at), { at, trainers: TRAINERS });
  }

  /** The outlook now, then each that follows. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<QueueOutlook> {
    const others = this.#publisher.subscribe('outlook', { signal });
    this.#followers += 1;
    this.#plan(IDLE_MS);
    try {
      yield await this.show();
      yield* others;
    } finally {
      this.#followers -= 1;
    }
  }

  /** `training` are the runs that train, of which one may tell the pace of others of its study. */
  #secondsOf(run: StoredRun | undefined, training: readonly StoredRun[], now: number): number | null {
    if (run === undefined) return null;
    const forecast = this.#training.get(run.id)?.forecast;
    if (forecast != null) return forecast.secondsLeft(now);
    const sibling = training.find(({ studyId }) => studyId !== null && studyId === run.studyId);
    const running = sibling === undefined ? null : this.#training.get(sibling.id)?.forecast?.pace;
    const seconds = secondsOfWaiting(run.left, run.recorded, running ?? null);
    return seconds === null ? null : seconds + this.#startUp;
  }

  #hear(event: RunEvent): void {
    this.#noteStartUp(event);
    if (event.type === 'run.started' || event.type === 'run.resumed') void this.#begin(event);
    else if (endsRun(event)) this.#training.delete(event.runId);
    else {
      const followed = this.#training.get(event.runId);
      if (followed?.forecast == null) followed?.early.push(event);
      else followed.forecast.apply(event);
    }
    this.#plan(PACE_MS);
  }

  /** From one run to the first step of the next: TensorFlow is loaded, and steps are timed. */
  #noteStartUp(event: RunEvent): void {
    if (endsRun(event)) this.#endedAt = event.at;
    if (event.type !== 'step.sampled' || this.#endedAt === null) return;
    const seconds = (event.at - this.#endedAt) / 1000;
    this.#endedAt = null;
    if (seconds > 0 && seconds < LONGEST_START_UP) this.#startUp = seconds;
  }

  /** A run whose record cannot be read is one whose time is not known; whoever trains it tells why. */
  async #begin(first: RunEvent): Promise<void> {
    const { runId } = first;
    const followed: Followed = { forecast: null, early: [first] };
    this.#training.set(runId, followed);
    try {
      const run = await this.#ports.store.run(runId);
      const forecast = new RunForecast(run, await this.#experienceOf(run));
      for (const event of followed.early) forecast.apply(event);
      followed.forecast = forecast;
      this.#plan(PACE_MS);
    } catch {
      this.#training.delete(runId);
    }
  }

  async #experienceOf(run: RunDetail): Promise<Experience> {
    const { stored } = await this.#ports.queue.look();
    const pace = stored.runs.find(({ id }) => id === run.id)?.recorded.pace ?? null;
    if (run.studyId === null) return { twin: null, pace };
    const finished = await this.#ports.store.runs({ studyId: run.studyId, statuses: ['finished'] });
    const twin = finished.findLast(
      ({ arm, steps, stepsPerEpoch, imported }) =>
        arm === run.arm && steps === run.steps && stepsPerEpoch === run.stepsPerEpoch && !imported,
    );
    const epochs = twin === undefined ? [] : (await this.#ports.store.run(twin.id)).epochs;
    return { twin: epochs.length === epochCount(run) ? epochs : null, pace };
  }

  #forget(): void {
    this.#looked = null;
    this.#plan(PACE_MS);
  }

  /** While somebody follows and something trains, an outlook is made at least every few seconds. */
  #plan(ms: number): void {
    if (this.#followers === 0 || this.#pending?.isSoon === true || (this.#pending !== null && ms > PACE_MS)) return;
    clearTimeout(this.#pending?.timer);
    this.#pending = { timer: setTimeout(() => void this.#publish(), ms).unref(), isSoon: ms <= PACE_MS };
  }

  async #publish(): Promise<void> {
    this.#pending = null;
    // A store that cannot be read is told of by whoever asks it; the next change tries again.
    const outlook = await this.show().catch(() => null);
    if (outlook !== null) this.#publisher.publish('outlook', outlook);
    if (this.#training.size > 0) this.#plan(IDLE_MS);
  }
}
