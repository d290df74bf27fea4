import { setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '#contract/client.ts';
import type { RunRecord } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { endsRun } from '#core/run-event.ts';
import type { LabConnection } from './lab-connection.ts';

/** What trains now, as the window's title, the dock and the question at the closing say it. */
export interface TrainingNow {
  /** Runs that train or wait. */
  readonly runs: readonly Pick<RunRecord, 'id' | 'status'>[];
  /** Of the study or the run; null where nothing trains. */
  readonly name: string | null;
  /** Epochs done, of those of the study or of the run. */
  readonly fraction: number | null;
}

export const NOTHING_TRAINS: TrainingNow = { runs: [], name: null, fraction: null };

/** The end of a run, and what the same study still has to do: null where it belongs to none. */
export interface RunEnd {
  readonly type: RunEvent['type'];
  readonly run: RunRecord;
  readonly study: readonly RunRecord[] | null;
}

export interface TrainingListener {
  onChange(now: TrainingNow): void;
  onEnd(end: RunEnd): void;
}

/** How often the state is read again at most, and how long the watch waits where a stream broke. */
const PACE_MS = 1000;
const RETRY_MS = 250;

/** Follows what trains in the home, whoever trains it. */
export class TrainingWatch {
  readonly #lab: LabConnection;
  readonly #listener: TrainingListener;
  readonly #stopped = new AbortController();
  #now = NOTHING_TRAINS;
  #isReading = false;
  #isStale = false;

  constructor(lab: LabConnection, listener: TrainingListener) {
    this.#lab = lab;
    this.#listener = listener;
  }

  get now(): TrainingNow {
    return this.#now;
  }

  start(): void {
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
        const values = await open(await this.#lab.client(), signal);
        this.#refresh();
        for await (const value of values) hear(value);
      } catch {
        // The stream ended with the owner of the home; its successor is followed next.
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
    // After an accident a new trainer goes on at once.
    if (!isOver(run.status)) return;
    const study = run.studyId === null ? null : await client.runs.list({ studyId: run.studyId });
    this.#listener.onEnd({ type, run, study });
  }

  /** Reads at most once in PACE_MS, and once more where something changed meanwhile. */
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
        // The home is changing hands: the stream's new beginning reads again.
        if (this.#lab.ownership !== 'looking') console.error(error);
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

/** Epochs that are done, of those that these runs have; runs that ended early count as done. */
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
