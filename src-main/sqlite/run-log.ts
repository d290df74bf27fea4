import type { Database } from 'better-sqlite3';
import type { RunDetail, RunRecord } from '#core/records.ts';
import type { EndingType, RunEvent, RunEventOf } from '#core/run-event.ts';
import { STATUS_AT_END } from '#core/run-event.ts';
import type { StoredEvent } from '#core/training/lost-events.ts';
import { AdaptiveSavings } from './adaptive-savings.ts';
import { CheckpointTable } from './checkpoints.ts';
import { EnvironmentTable } from './environments.ts';
import { EpochTable } from './epochs.ts';
import { EqualTimeArms } from './equal-time.ts';
import { EventTable } from './events.ts';
import { inOrder } from './events-in-order.ts';
import { FreezeTable } from './freezes.ts';
import { LayerTable } from './layers.ts';
import { PredictionTable } from './predictions.ts';
import { ProfileTable } from './profiles.ts';
import { RunRowUpdates } from './run-row-updates.ts';
import type { RunTable } from './runs.ts';
import { SegmentTable } from './segments.ts';
import { StepTable } from './steps.ts';

/** The tables of what runs report. */
const REPORTED = [
  ...['events', 'epochs', 'freezes', 'unfreezes', 'steps', 'checkpoints', 'metrics', 'run_stats'],
  ...['profile_depths', 'profiles', 'predictions', 'run_segments'],
];

/** Those of them whose rows have the number and the moment of an event. */
const NUMBERED = ['events', 'epochs', 'freezes', 'unfreezes', 'steps', 'checkpoints', 'profiles', 'predictions'];

/** Checkpoints keep a hundred events; a program that died, or one that started in vain, may have added some of its own. */
const LAST_EVENTS = 300;

type RunEnded = RunEventOf<EndingType>;

/** The reports of runs: turns events into rows, and rows into events again. */
export class RunLog {
  readonly layers: LayerTable;
  readonly segments: SegmentTable;
  readonly environments: EnvironmentTable;
  readonly #runs: RunTable;
  readonly #progress: RunRowUpdates;
  readonly #events: EventTable;
  readonly #epochs: EpochTable;
  readonly #freezes: FreezeTable;
  readonly #unfreezes: FreezeTable;
  readonly #steps: StepTable;
  readonly #checkpoints: CheckpointTable;
  readonly #profiles: ProfileTable;
  readonly #predictions: PredictionTable;
  readonly #equalTime: EqualTimeArms;
  readonly #adaptive: AdaptiveSavings;
  readonly #clear;
  readonly #last;

  constructor(database: Database, runs: RunTable) {
    this.layers = new LayerTable(database);
    this.segments = new SegmentTable(database);
    this.environments = new EnvironmentTable(database);
    this.#runs = runs;
    this.#progress = new RunRowUpdates(database);
    this.#events = new EventTable(database);
    this.#epochs = new EpochTable(database);
    this.#freezes = new FreezeTable(database, 'layer.frozen');
    this.#unfreezes = new FreezeTable(database, 'layer.unfrozen');
    this.#steps = new StepTable(database);
    this.#checkpoints = new CheckpointTable(database);
    this.#profiles = new ProfileTable(database);
    this.#predictions = new PredictionTable(database);
    this.#equalTime = new EqualTimeArms(database);
    this.#adaptive = new AdaptiveSavings(database, this.#equalTime);
    const numbered = NUMBERED.map((table) => `SELECT seq, at FROM ${table} WHERE run_id = @run`).join(' UNION ALL ');
    this.#last = database.prepare<[{ readonly run: number; readonly most: number }], StoredEvent>(
      `${numbered} ORDER BY seq DESC LIMIT @most`,
    );
    this.#clear = REPORTED.map((table) => database.prepare<[number]>(`DELETE FROM ${table} WHERE run_id = ?`));
  }

  /** Applies events, within one transaction; an event that is not newer than the last one of its run changes nothing. */
  apply(events: Iterable<RunEvent>): void {
    this.#progress.begin();
    this.#epochs.begin();
    this.#steps.begin();
    for (const event of events) this.#applyOne(event);
    this.#epochs.settle();
    this.#progress.settle();
  }

  /**
   * The events in order of seq, read one by one: nothing may be written before the last one is read. An event that a resumed run
   * repeated appears once, with its newest number.
   */
  events(run: number, runId: string, { withSteps = true } = {}): Generator<RunEvent> {
    const measured = [this.#epochs, this.#freezes, this.#unfreezes, this.#profiles, this.#predictions];
    const tables = [this.#events, this.#checkpoints, ...measured, ...(withSteps ? [this.#steps] : [])];
    return inOrder(tables.map((table) => table.events(run, runId)));
  }

  /** The numbers and moments of the last events, in order. */
  lastEvents(run: number): readonly StoredEvent[] {
    return this.#last.all({ run, most: LAST_EVENTS }).reverse();
  }

  /**
   * The number of the newest event that reports what this one reports: the same epoch, step, layer, split or profile. Undefined where
   * there is none, and for events that replace no other.
   */
  newestSeq(run: number, event: RunEvent): number | undefined {
    switch (event.type) {
      case 'epoch.finished':
        return this.#epochs.seqOf(run, event.epoch);
      case 'layer.frozen':
        return this.#freezes.seqOf(run, event.layer);
      case 'layer.unfrozen':
        return this.#unfreezes.seqOf(run, event.layer);
      case 'step.sampled':
        return this.#steps.seqOf(run, event.step);
      case 'checkpoint.saved':
        return this.#checkpoints.seqOf(run, event.step);
      case 'run.profiled':
        return this.#profiles.seqOf(run);
      case 'predictions.counted':
        return this.#predictions.seqOf(run, event.split);
      default:
        return undefined;
    }
  }

  /** Removes what a run has reported, but not its layers, which are its plan. */
  clear(run: number): void {
    for (const statement of this.#clear) statement.run(run);
  }

  #applyOne(event: RunEvent): void {
    const position = this.#progress.positionOf(event.runId);
    if (event.seq <= position.lastSeq) return;
    this.#store(position.id, event);
    this.#progress.advance(position, event);
  }

  rowsOf(run: number): Omit<RunDetail, keyof RunRecord> {
    return {
      layers: this.layers.all(run),
      epochs: this.#epochs.all(run),
      freezes: this.#freezes.all(run),
      unfreezes: this.#unfreezes.all(run),
      checkpoints: this.#checkpoints.all(run),
      segments: this.segments.all(run),
      profile: this.#profiles.find(run),
      splitErrors: this.#predictions.errors(run),
    };
  }

  /** Forgets the checkpoints of a run that begins anew. */
  forgetCheckpoints(run: number): void {
    this.#checkpoints.forget(run);
  }

  #store(run: number, event: RunEvent): void {
    switch (event.type) {
      case 'run.started':
        this.#applyStarted(run, event);
        break;
      case 'run.resumed':
        this.#applyResumed(run, event);
        break;
      case 'run.profiled':
        this.#applyProfile(run, event);
        break;
      case 'layer.frozen':
        this.#freezes.save(run, event);
        break;
      case 'layer.unfrozen':
        this.#unfreezes.save(run, event);
        break;
      case 'step.sampled':
        this.#steps.save(run, event);
        break;
      case 'epoch.finished':
        this.#applyEpoch(run, event);
        break;
      case 'checkpoint.saved':
        this.#applyCheckpoint(run, event);
        break;
      case 'predictions.counted':
        this.#predictions.save(run, event);
        break;
      case 'prefix-cache.decided':
      case 'prefix-cache.finished':
        this.#events.save(run, event);
        break;
      default:
        this.#applyEnd(run, event);
    }
  }

  /** Applies the start of a run. A resumed trainer reports it again, which then changes only status, environment and segment. */
  #applyStarted(run: number, event: RunEventOf<'run.started'>): void {
    this.#events.save(run, event);
    this.#progress.recordData(run, event.data);
    this.#progress.recordWeights(run, event.weights);
    this.#progress.start(run, event.at);
    this.layers.insert(run, event.layers);
    this.environments.assign(run, event.environment);
    this.segments.open(run, event.at);
  }

  #applyResumed(run: number, event: RunEventOf<'run.resumed'>): void {
    this.#events.save(run, event);
    this.#progress.start(run, event.at);
    if (event.step !== null) this.#progress.restoreSeconds(run, event.step);
    this.segments.open(run, event.at);
  }

  #applyProfile(run: number, event: RunEventOf<'run.profiled'>): void {
    this.#profiles.save(run, event);
    // Equal-time arms ask which runs have begun.
    this.#progress.settle();
    if (event.saved.profile !== null) this.#equalTime.fix(run, event.saved.profile);
  }

  #applyEpoch(run: number, event: RunEventOf<'epoch.finished'>): void {
    this.#epochs.save(run, event);
    this.#progress.finishEpoch(run, event);
  }

  #applyCheckpoint(run: number, event: RunEventOf<'checkpoint.saved'>): void {
    this.#checkpoints.save(run, event);
    this.#progress.setSeconds(run, event.at, event.seconds);
  }

  #applyFinished(run: number, event: RunEventOf<'run.finished'>): void {
    this.#progress.finish(run, event);
    this.#progress.settle();
    this.#adaptive.note(run, event.saved);
  }

  #applyEnd(run: number, event: RunEnded): void {
    this.#events.save(run, event);
    if (event.type === 'run.finished') this.#applyFinished(run, event);
    const { reason = null } = event;
    this.#runs.setStatus({ id: run, status: STATUS_AT_END[event.type], reason, at: event.at });
    this.segments.close(run, event.at, reason ?? 'The training is complete.');
  }
}
