import type { Predictions } from '#core/classes/predictions.ts';
import { runDataOf } from '#core/data/run-data.ts';
import { AppError } from '#core/errors.ts';
import type { Destination } from '#core/machines/destination.ts';
import type {
  Clock,
  CurvesQuery,
  NewRun,
  RowsPage,
  RowsQuery,
  RunFilter,
  RunFolders,
  RunPreflight,
  RunsChange,
  Store,
} from '#core/ports.ts';
import type { QueueState } from '#core/queue/queue.ts';
import type { Curve, RunDetail, RunRecord, StepTimes } from '#core/records.ts';
import { isOver, type RunSpec } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { LogPart, LogReading, RunLogs } from '#core/run-log.ts';
import type { EpochSeries } from '#core/series/series-lists.ts';
import { planRun } from '#core/training/run-planning.ts';
import { type Datasets, type LocatedDataset, partsOf } from './datasets.ts';
import type { EventHub } from './event-hub.ts';
import { newPublicId } from './identity.ts';
import type { RunQueue } from './queue.ts';
import type { RemoteFiles } from './remote-files.ts';
import type { RemoteQueue } from './remote-queue.ts';
import type { Resumption } from './resumption.ts';
import type { LocatedWeights, Weights } from './weights.ts';
import type { WeightsLibrary } from './weights-library.ts';

export interface RunsPorts {
  readonly store: Store;
  readonly queue: RunQueue;
  readonly remote: RemoteQueue;
  readonly folders: RunFolders;
  readonly remoteFiles: RemoteFiles;
  readonly datasets: Datasets;
  readonly weights: Weights;
  readonly weightsLibrary: WeightsLibrary;
  readonly hub: EventHub;
  readonly clock: Clock;
  readonly preflight: RunPreflight;
  readonly resumption: Resumption;
  readonly logs: RunLogs;
}

/** The files that a new run reads. */
export interface RunFiles {
  readonly dataset: LocatedDataset;
  /** Null where its weights are drawn. */
  readonly weights: LocatedWeights | null;
}

export interface ResumeOptions {
  /** Whether to give up its checkpoints. */
  readonly anew?: boolean;
  /** Before all runs that wait, or behind them. */
  readonly at?: 'front' | 'back';
}

/** Where a run stands in a study. */
interface PlaceInStudy {
  readonly studyId: string;
  readonly arm: string;
}

/** Starts, controls and removes single runs. */
export class Runs {
  readonly #ports: RunsPorts;

  constructor(ports: RunsPorts) {
    this.#ports = ports;
  }

  list(filter: RunFilter): Promise<readonly RunRecord[]> {
    return this.#ports.store.runs(filter);
  }

  show(id: string): Promise<RunDetail> {
    return this.#ports.store.run(id);
  }

  async events(id: string): Promise<readonly RunEvent[]> {
    const run = await this.#ports.store.run(id);
    return this.#ports.store.events(run.id);
  }

  history(id: string): Promise<readonly RunEvent[]> {
    return this.#ports.store.history(id);
  }

  /** What the run's trainers wrote, and go on to write until the signal aborts. */
  async log(id: string, reading: LogReading): Promise<AsyncGenerator<LogPart>> {
    const run = await this.#ports.store.run(id);
    return this.#ports.remoteFiles.log(run, reading) ?? this.#ports.logs.follow(run.id, reading);
  }

  /** Sentences on the rows that lists have left out so far. */
  unreadableRows(): Promise<readonly string[]> {
    return this.#ports.store.unreadableRows();
  }

  rows(query: RowsQuery): Promise<RowsPage> {
    return this.#ports.store.runRows(query);
  }

  valuesAt(series: EpochSeries, epoch: number) {
    return this.#ports.store.valuesAt(series, epoch);
  }

  curves(query: CurvesQuery): Promise<readonly Curve[]> {
    return this.#ports.store.curves(query);
  }

  stepTimes(id: string, buckets: number): Promise<StepTimes> {
    return this.#ports.store.stepTimes(id, buckets);
  }

  predictions(id: string): Promise<readonly Predictions[]> {
    return this.#ports.store.predictions(id);
  }

  /** Counts again, from its events, what lists show of a run; tells whether something was wrong. */
  async recount(id: string): Promise<{ readonly runId: string; readonly isChanged: boolean }> {
    const run = await this.#ports.store.run(id);
    const isChanged = await this.#ports.store.recount(run.id);
    if (isChanged) this.#ports.hub.publishRuns([run]);
    return { runId: run.id, isChanged };
  }

  /** Changes notes, tags and marks. */
  async update(ids: readonly string[], change: RunsChange): Promise<readonly string[]> {
    const runs = await this.#ports.store.updateRuns(ids, change);
    this.#ports.hub.publishRuns(runs);
    return runs.map((run) => run.id);
  }

  /** The bytes of the run's final weights, which come from where it was trained. Throws 'conflict' where it has none, and 'unavailable'. */
  async finalWeights(id: string): Promise<AsyncGenerator<Uint8Array>> {
    const run = await this.#ports.store.run(id);
    const { id: runId, status } = run;
    const { folders, remoteFiles } = this.#ports;
    await remoteFiles.bringWeights(run);
    const pieces = folders.finalWeights(runId);
    if (pieces !== null) return pieces;
    throw new AppError(
      'conflict',
      `Run ${runId} is ${status} and has no final weights here: finish it on this machine first.`,
    );
  }

  /** Throws what `start` would throw, and queues nothing. */
  async check(spec: RunSpec): Promise<void> {
    await this.#checked(spec);
  }

  async #checked(spec: RunSpec): Promise<NewRun> {
    const dataset = await this.#ports.datasets.locate(spec.dataset);
    const weights = await this.#ports.weights.locate(spec.weights);
    await this.#ports.preflight.check(spec, dataset.content.info, weights?.content.stored ?? null);
    return this.plan(spec, { dataset, weights }, null);
  }

  /** Trains it here, or on the destination. */
  async start(spec: RunSpec, destination: Destination | null = null): Promise<string> {
    const run = await this.#checked(spec);
    if (destination === null) this.#ports.preflight.checkPrecision(spec);
    else await this.#ports.remote.check(destination, [run]);
    await this.#ports.store.enqueue([run]);
    this.#ports.hub.publishRuns([run]);
    if (destination === null) this.#ports.queue.accept([run.id]);
    else await this.#ports.remote.send([run.id], destination);
    return run.id;
  }

  /** Makes a run that is ready to be queued; nothing is written yet. */
  plan(spec: RunSpec, files: RunFiles, place: PlaceInStudy | null): NewRun {
    return this.planner(files)(spec, place);
  }

  /**
   * Makes runs on these files. What two of them share is planned once: the parts of the data, and all that follows from a spec without
   * its seed, which only draws random numbers.
   */
  planner({ dataset, weights }: RunFiles): (spec: RunSpec, place: PlaceInStudy | null) => NewRun {
    const { location, content } = dataset;
    const partsFor = kept(
      (spec) => partsOf(spec.dataset, dataset, spec),
      ({ dataset: named, train, validation, test, split }) => [named, train, validation, test, split],
    );
    const planFor = kept(
      (spec) => planRun(spec, content.info),
      ({ seed: _, ...spec }) => spec,
    );
    return (spec, place) => {
      const { split, gaps } = partsFor(spec);
      const planned = planFor({ ...spec, split });
      return {
        id: newPublicId(),
        ...planned,
        spec: { ...planned.spec, seed: spec.seed },
        classGaps: gaps,
        data: { ...runDataOf(content.hashes, split), location },
        weights: weights && { sha256: weights.content.sha256 },
        studyId: place?.studyId ?? null,
        arm: place?.arm ?? null,
        imported: false,
        createdAt: this.#ports.clock.now(),
      };
    };
  }

  async end(id: string, command: 'pause' | 'stop'): Promise<RunRecord> {
    const run = await this.#ports.store.run(id);
    const reason = command === 'pause' ? 'Paused by the user.' : 'Stopped by the user.';
    if (!(await this.#ports.remote.end(run.id, command, reason))) await this.#ports.queue.end(run, command, reason);
    return this.#changed(run.id);
  }

  /** Gives a waiting run a place in the queue, from 1. */
  async move(id: string, place: number): Promise<QueueState> {
    const run = await this.#ports.store.run(id);
    await this.#ports.store.moveInQueue(run.id, place);
    return this.#ports.queue.changed();
  }

  /** Holds a waiting run, or releases it: then it is trained here, whoever queued it. */
  async hold(id: string, held: boolean): Promise<QueueState> {
    const run = await this.#ports.store.run(id);
    await this.#ports.store.holdInQueue(run.id, held);
    if (!held) this.#ports.queue.accept([run.id]);
    return this.#ports.queue.changed();
  }

  async resume(id: string, { anew = false, at = 'back' }: ResumeOptions = {}): Promise<string> {
    const run = await this.#ports.store.run(id);
    if (run.elsewhere?.isThere && !anew && !isUsersWord(run.status)) {
      // It waits or trains there, or goes on by itself.
      await this.#ports.remote.follow([run.id]);
      return run.id;
    }
    await this.#ports.resumption.check(anew ? { ...run, checkpoints: [] } : run);
    if (anew) await this.#startAnew(run);
    else await this.#ports.store.setStatus(run.id, 'queued', null);
    const here = await this.#ports.remote.dispatch([run.id], null);
    if (at === 'front' && here.length > 0) await this.#ports.store.moveInQueue(run.id, 1);
    this.#ports.hub.publishRuns([run]);
    this.#ports.queue.accept(here);
    return run.id;
  }

  /** Removes the files first: a kill between the two leaves a run that says that its checkpoints are gone. */
  async #startAnew({ id }: RunDetail): Promise<void> {
    if (this.#ports.queue.trains(id)) throw new AppError('conflict', `Run ${id} is training: stop it first.`);
    await this.#ports.folders.removeCheckpoints(id);
    await this.#ports.store.forgetElsewhere(id);
    await this.#ports.store.startAnew(
      id,
      'It starts anew with step 0, as was asked for: its checkpoints were removed.',
    );
  }

  async setDeleted(id: string, deleted: boolean): Promise<RunRecord> {
    const run = await this.#ports.store.run(id);
    if (run.status === 'running' || this.#ports.queue.trains(run.id))
      throw new AppError('conflict', `Run ${run.id} is training: stop it first.`);
    if (!deleted) await this.#checkStudyOf(run);
    await this.#ports.store.setDeleted(run.id, deleted);
    if (deleted) this.#ports.queue.withdraw(run.id);
    else this.#ports.queue.readmit(run.id);
    return this.#changed(run.id);
  }

  /** A run of a study in the trash comes back with the study. */
  async #checkStudyOf({ id, studyId }: RunRecord): Promise<void> {
    const study = studyId === null ? null : await this.#ports.store.study(studyId);
    if (study === null || !study.deleted) return;
    throw new AppError(
      'conflict',
      `Run ${id} belongs to the study "${study.name}", which is in the trash: restore the study, and its runs come back with it.`,
    );
  }

  /** Removes the files first: a kill between the two leaves a run in the trash that can be purged again. */
  async purge(id: string): Promise<string> {
    const run = await this.#ports.store.run(id);
    if (!run.deleted) throw new AppError('conflict', `Run ${run.id} is not in the trash: delete it first.`);
    if (run.locked) throw new AppError('conflict', `Run ${run.id} is locked: unlock it first.`);
    await this.#ports.folders.remove(run.id);
    await this.#ports.store.purge(run.id);
    if (run.weights !== null) await this.#ports.weightsLibrary.dropUnused(run.weights.sha256);
    this.#ports.hub.publishRuns([run]);
    return run.id;
  }

  async #changed(id: string): Promise<RunRecord> {
    const run = await this.#ports.store.run(id);
    this.#ports.hub.publishRuns([run]);
    return run;
  }
}

/** Whether a run has ended so that only somebody's word has it go on. */
function isUsersWord(status: RunRecord['status']): boolean {
  return isOver(status) && status !== 'interrupted';
}

/** The function, which is asked once for each key. */
function kept<Answer>(make: (spec: RunSpec) => Answer, keyOf: (spec: RunSpec) => unknown): (spec: RunSpec) => Answer {
  const answers = new Map<string, Answer>();
  return (spec) => {
    const key = JSON.stringify(keyOf(spec));
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = make(spec);
    answers.set(key, answer);
    return answer;
  };
}
