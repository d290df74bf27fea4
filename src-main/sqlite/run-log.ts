import type { Database } from 'better-sqlite3';
import type { RunDetail, RunRecord } from '#core/records.ts';
import type { EndingType, RunEvent, RunEventOf } from '#core/run-event.ts';
import { STATUS_AT_END } from '#core/run-event.ts';
import { AdaptiveSavings } from './adaptive-savings.ts';
import { CheckpointTable } from './checkpoints.ts';
import { EnvironmentTable } from './environments.ts';
import { EpochTable } from './epochs.ts';
import { EqualTimeArms } from './equal-time.ts';
import { EventTable } from './events.ts';
import { FreezeTable } from './freezes.ts';
import { LayerTable } from './layers.ts';
import { PredictionTable } from './predictions.ts';
import { ProfileTable } from './profiles.ts';
import { RunRowUpdates } from './run-row-updates.ts';
import type { RunTable } from './runs.ts';
import { SegmentTable } from './segments.ts';
import { StepTable } from './steps.ts';

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
  }

  /** Applies an event, unless the run has an event with this number or a later one. */
  apply(event: RunEvent): void {
    const { id, lastSeq } = this.#progress.positionOf(event.runId);
    if (event.seq <= lastSeq) return;
    this.#store(id, event);
    this.#progress.advance(id, event);
  }

  /** The events in order of seq; an event that a resumed run repeated appears once, with its newest number. */
  events(run: number, runId: string): readonly RunEvent[] {
    const measured = [this.#epochs, this.#freezes, this.#unfreezes, this.#steps, this.#profiles, this.#predictions];
    const tables = [this.#events, this.#checkpoints, ...measured];
    return tables.flatMap((table) => table.events(run, runId)).sort((left, right) => left.seq - right.seq);
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
