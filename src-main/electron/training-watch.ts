import { setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '#contract/client.ts';
import type { RunRecord } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { endsRun } from '#core/run-event.ts';
import type { WorkRecord } from '#core/work.ts';
import type { LabConnection } from './lab-connection.ts';

/** The current training, as the window's title, the dock and the question at closing show it. */
export interface TrainingNow {
  /** Runs that train or wait. */
  readonly runs: readonly Pick<RunRecord, 'id' | 'status'>[];
  /** The name of the study or the run; null where nothing trains. */
  readonly name: string | null;
  /** The share of the epochs of the study or the run that are done. */
  readonly fraction: number | null;
}

const NOTHING_TRAINS: TrainingNow = { runs: [], name: null, fraction: null };

/** The end of a run, and all runs of its study; null where it belongs to none. */
export interface RunEnd {
  readonly type: RunEvent['type'];
  readonly run: RunRecord;
  readonly study: readonly RunRecord[] | null;
}

export interface TrainingListener {
  onChange(now: TrainingNow): void;
  onEnd(end: RunEnd): void;
}

/** The least time between two readings of the state. */
const PACE_MS = 1000;
/** How long the watch waits after a stream has ended. */
const RETRY_MS = 250;

/** Follows what trains in the home, whoever trains it, and what else its owner does that takes long. */
export class TrainingWatch {
  readonly #lab: LabConnection;
  readonly #listener: TrainingListener;
  readonly #stopped = new AbortController();
  #now = NOTHING_TRAINS;
  #works: readonly WorkRecord[] = [];
  #isReading = false;
  #isStale = false;

  constructor(lab: LabConnection, listener: TrainingListener) {
    this.#lab = lab;
    this.#listener = listener;
  }

  get now(): TrainingNow {
    return this.#now;
  }

  /** What the owner of the home does besides the runs, and can be ended. */
  get works(): readonly WorkRecord[] {
    return this.#works.filter(({ canCancel, runId }) => canCancel && runId === null);
  }

  start(): void {
    void this.#follow(
      (client, signal) => client.works.follow({}, { signal }),
      (works) => {
        this.#works = works;
      },
    );
    void this.#follow(
      (client, signal) => client.events.follow({}, { signal }),
      (event) => this.#hear(event),
    );
    void this.#follow(
      (client, signal) => client.changes.follow({}, { signal }),
      ({ kind }) => kind === 'runs' && this.#refresh(),
    );
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #follow<Value>(
    open: (client: LabClient, signal: AbortSignal) => Promise<AsyncIterable<Value>>,
    hear: (value: Value) => unknown,
  ): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const client = await this.#lab.client();
        const values = await open(client, AbortSignal.any([signal, this.#lab.reopening]));
        this.#refresh();
        for await (const value of values) hear(value);
      } catch {
        // The owner of the home has ended, and the stream with it: follow the next owner.
      }
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  #hear(event: RunEvent): void {
    if (event.type === 'epoch.finished' || event.type === 'run.started' || event.type === 'run.resumed')
      this.#refresh();
    if (!endsRun(event)) return;
    this.#refresh();
    void this.#tellEnd(event).catch((error: unknown) => console.error(error));
  }

  async #tellEnd({ type, runId }: RunEvent): Promise<void> {
    const client = await this.#lab.client();
    const run = await client.runs.show({ run: runId });
    // After an accident a new trainer may continue the run at once.
    if (!isOver(run.status)) return;
    const study = run.studyId === null ? null : await client.runs.list({ studyId: run.studyId });
    this.#listener.onEnd({ type, run, study });
  }

  /** Reads the state at most once per PACE_MS, and once more if something changed meanwhile. */
  #refresh(): void {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#read().finally(() => {
      this.#isReading = false;
    });
  }

  async #read(): Promise<void> {
    while (this.#isStale && !this.#stopped.signal.aborted) {
      this.#isStale = false;
      try {
        this.#now = await trainingNow(await this.#lab.client());
        this.#listener.onChange(this.#now);
      } catch (error) {
        // While the home has no owner this is expected: the state is read again when the stream begins anew.
        if (!['looking', 'lost'].includes(this.#lab.ownership)) console.error(error);
      }
      await sleep(PACE_MS, undefined, { ref: false });
    }
  }
}

async function trainingNow(client: LabClient): Promise<TrainingNow> {
  const runs = await client.runs.list({ statuses: ['running', 'queued'] });
  const running = runs.find(({ status }) => status === 'running');
  if (running === undefined) return { ...NOTHING_TRAINS, runs };
  const { id, studyId, studyName } = running;
  const together = studyId === null ? [running] : await client.runs.list({ studyId });
  return { runs, name: studyName ?? `run ${id}`, fraction: fractionDone(together) };
}

/** The share of the epochs of these runs that are done; runs that ended early count as done. */
export function fractionDone(runs: readonly RunRecord[]): number | null {
  let [done, all] = [0, 0];
  for (const { epoch, steps, stepsPerEpoch, status } of runs) {
    const epochs = Math.ceil(steps / stepsPerEpoch);
    const goesOn = status === 'running' || status === 'queued' || status === 'paused' || status === 'interrupted';
    done += goesOn ? Math.min(epoch, epochs) : epochs;
    all += epochs;
  }
  return all === 0 ? null : done / all;
}
