import type { ClassCosts } from './analysis/class-costs.ts';
import type { Comparison } from './analysis/comparison.ts';
import type { SentBlocks } from './block/sent-block.ts';
import type { TrainedAttempt } from './block/trained-attempt.ts';
import type { Predictions } from './classes/predictions.ts';
import type { ClassGap } from './data/class-gaps.ts';
import type { DatasetLocation } from './data/dataset-location.ts';
import type { DatasetInfo } from './data/image-set.ts';
import type { Normalization } from './data/normalization.ts';
import type { RecordedData, RunData } from './data/run-data.ts';
import type { StoredImages } from './data/stored-images.ts';
import type { ErrorCode, Hindrance } from './errors.ts';
import type { ExchangeFiles } from './exchange/exchange-files.ts';
import type { ImportedRuns, RunsToImport } from './exchange/staged-file.ts';
import type { StoredSearch } from './find/stored-search.ts';
import type { Keeping } from './keeping-ports.ts';
import type { PredictionNews } from './prediction.ts';
import type { StoredQueue } from './queue/queue.ts';
import type {
  ArmRecord,
  Curve,
  DatasetRecord,
  LayerRecord,
  RunDetail,
  RunRecord,
  RunSummary,
  StepTimes,
  StudyRecord,
  StudySummary,
  WeightsRecord,
} from './records.ts';
import type { ResolvedRunSpec, RunSpec, RunStatus } from './run.ts';
import type { EndRequest, RunEvent } from './run-event.ts';
import type { CurveSeries, EpochSeries } from './series/series-lists.ts';
import type { ReachedCheckpoint } from './training/checkpoint.ts';
import type { StoredEvent } from './training/lost-events.ts';
import type { Measurement } from './training/measured-pace.ts';
import type { RunWeights } from './weights/run-weights.ts';
import type { StoredWeights } from './weights/stored-weights.ts';
import type { WeightsToRead } from './weights/weights-to-read.ts';
import type { TrainingStage } from './work.ts';

/** A run to be queued. */
export interface NewRun {
  readonly id: string;
  readonly spec: ResolvedRunSpec;
  /** The data on which it will train; null for an imported run that does not say. */
  readonly data: RecordedData | null;
  /** The weights with which it will begin; null where they are drawn, or where an imported run does not say. */
  readonly weights: RunWeights | null;
  /** The classes that its parts lack; null for an imported run that does not say. */
  readonly classGaps: readonly ClassGap[] | null;
  /** Public id of the study and name of the arm; null for a run by itself. */
  readonly studyId: string | null;
  readonly arm: string | null;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly computeSaved: number;
  readonly layers: readonly LayerRecord[];
  readonly imported: boolean;
  readonly createdAt: number;
}

export interface NewStudy {
  readonly id: string;
  readonly name: string;
  readonly base: StudyRecord['base'];
  readonly equalTimeBaseline: boolean;
  readonly margin: number;
  readonly createdAt: number;
}

export interface RunFilter {
  readonly studyId?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  /** Whether to list the trash; default false. */
  readonly deleted?: boolean | undefined;
}

/** A page of the table of all runs, newest first; `ids` restricts it to these runs. */
export interface RowsQuery {
  readonly ids?: readonly string[] | undefined;
  /** The `next` of the page before; null for the first page. */
  readonly after: number | null;
  readonly limit: number;
}

export interface RowsPage {
  readonly rows: readonly RunSummary[];
  readonly next: number | null;
}

/** The values of a series, for runs in this order. */
export interface ValuesAt {
  readonly runs: readonly string[];
  readonly values: readonly number[];
}

export interface CurvesQuery {
  readonly runs: readonly string[];
  readonly series: CurveSeries;
  readonly buckets: number;
  /** Weight of the moving average, 0 for none. */
  readonly smoothing: number;
}

export interface StudiesChange {
  readonly note?: string | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  /** Archives the study and its runs, or takes them out of the archive. */
  readonly archived?: boolean | undefined;
}

export interface RunsChange {
  readonly note?: string | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly archived?: boolean | undefined;
  readonly locked?: boolean | undefined;
}

/** A run and the study whose numbers depend on it. */
export interface RunInStudy {
  readonly id: string;
  readonly studyId: string | null;
}

/** What pages ask, which may take long: answered from what is stored, without delaying the store's writes. */
export interface Readings {
  /** A page of the table of all runs, newest first. */
  runRows(query: RowsQuery): Promise<RowsPage>;
  /** The values of all runs that reached the epoch. */
  valuesAt(series: EpochSeries, epoch: number): Promise<ValuesAt>;
  /** The curves of each run, in the order of the query, reduced to buckets. */
  curves(query: CurvesQuery): Promise<readonly Curve[]>;
  /** The times of the run's sampled steps, reduced to so many buckets. */
  stepTimes(runId: string, buckets: number): Promise<StepTimes>;
  /** How the run's network classified the validation images, then the test images; empty where that was not counted. */
  predictions(runId: string): Promise<readonly Predictions[]>;
  /** The events that have no table of their own, in order of seq. */
  history(runId: string): Promise<readonly RunEvent[]>;
  /** The summaries of all studies, or of those in the trash, newest first. */
  overview(trash?: boolean): Promise<readonly StudySummary[]>;
  /** Compares the study's finished runs. It is a reading because loading its statistics takes a tenth of a second. */
  compare(study: StudyRecord): Promise<Comparison>;
  /** Compares the errors of each class of the test images, over the runs that the comparison pairs. */
  classCosts(study: StudyRecord): Promise<ClassCosts>;
}

/**
 * The one owner of the database. Every method is one transaction; all throw AppErrors: 'not-found' for an unknown id,
 * 'no-space' when the disk is full, 'corrupt' when the file is damaged.
 */
export interface Store extends Readings, Keeping, ExchangeFiles, SentBlocks {
  /** Throws 'conflict' where another study has that name. */
  createStudy(study: NewStudy, arms: readonly ArmRecord[], seeds: readonly number[]): Promise<void>;
  /** Adds the arms and seeds that are not there yet. */
  extendStudy(studyId: string, arms: readonly ArmRecord[], seeds: readonly number[]): Promise<void>;
  /** The study with this public id or name; of several with that name, the one that is not in the trash. */
  study(idOrName: string): Promise<StudyRecord>;
  /** Every study with its runs, or those in the trash. */
  studies(trash?: boolean): Promise<readonly StudyRecord[]>;
  /** Throws 'conflict' where another study has that name. */
  renameStudy(studyId: string, name: string): Promise<void>;
  /** Changes notes, tags and the archive of all these studies, or of none where one is unknown; gives the ids. */
  updateStudies(studies: readonly string[], change: StudiesChange): Promise<readonly string[]>;
  /** Moves the study and its runs into the trash. Throws 'conflict' where a run is locked or trains. */
  deleteStudy(studyId: string): Promise<void>;
  /** Takes the study, under this name, and the runs that went with it out of the trash. Throws 'conflict' where the name is taken. */
  restoreStudy(studyId: string, name: string): Promise<void>;
  /** Removes the rows of a study in the trash and gives the space back. Throws 'conflict' while it has runs. */
  purgeStudy(studyId: string): Promise<void>;

  /** The searches of all studies. */
  searches(): Promise<readonly StoredSearch[]>;
  /** Replaces the search of that study, if it has one. */
  saveSearch(search: StoredSearch): Promise<void>;

  /** Adds the runs as `queued`, in this order, after those that wait. */
  enqueue(runs: readonly NewRun[]): Promise<void>;
  /** The run with this public id, or the only one whose id begins with it. */
  run(id: string): Promise<RunDetail>;
  /** The numbers and moments of the last events of a run, in order: more of them than a checkpoint keeps. */
  lastEvents(runId: string): Promise<readonly StoredEvent[]>;
  /** The runs that pass the filter. */
  runs(filter: RunFilter): Promise<readonly RunRecord[]>;
  /** The queued run among these that is next; null where none of them waits, all that do are held, or the queue is paused. */
  nextQueued(among: readonly string[]): Promise<RunRecord | null>;
  /** Sets the status; `queued` puts the run after those that wait. `reason` is one sentence, or null. */
  setStatus(runId: string, status: RunStatus, reason: string | null): Promise<void>;

  /** The runs that train and wait, in their order. */
  queue(): Promise<StoredQueue>;
  /** Stores the events that end a run's training for now, and puts it before all runs that wait; `reason` says why. */
  putBack(runId: string, events: readonly RunEvent[], reason: string): Promise<void>;
  /** Gives a waiting run this place in the queue, from 1. Throws 'conflict' for a run that does not wait. */
  moveInQueue(runId: string, place: number): Promise<void>;
  /** A held run keeps its place and is passed over. Throws 'conflict' for a run that does not wait. */
  holdInQueue(runId: string, held: boolean): Promise<void>;
  /** Whether any run is next at all. */
  pauseQueue(paused: boolean): Promise<void>;
  /** Writes and takes it back: throws what any write would throw. */
  tryWriting(): Promise<void>;

  /** Queues the run after those that wait, and forgets its checkpoints, so that it begins with step 0. */
  startAnew(runId: string, reason: string): Promise<void>;

  /** Stores what the events report, rows and status alike; applying one twice changes nothing. */
  appendEvents(events: readonly RunEvent[]): Promise<void>;
  /** Adds the studies of a staged file with their arms and seeds, or those of them that are not there yet. Gives their ids. */
  importStudies(staging: string): Promise<readonly string[]>;
  /**
   * Imports some runs of a staged file, or completes those that are there: each with all of its events, or not at all. Throws a bad
   * request for a run that is not there and whose start is not in the file.
   */
  importRuns(request: RunsToImport): Promise<ImportedRuns>;
  /** All of the run's events, in order of seq. */
  events(runId: string): Promise<readonly RunEvent[]>;

  /** Notes, tags and marks of all these runs, or of none where one is unknown. */
  updateRuns(runIds: readonly string[], change: RunsChange): Promise<readonly RunInStudy[]>;
  /** Stores again, from the events of a run that does not train, what is derived from them; false where nothing was wrong. */
  recount(runId: string): Promise<boolean>;
  /** Moves the run into the trash, or out of it. Throws 'conflict' for a locked run or one that trains. */
  setDeleted(runId: string, deleted: boolean): Promise<void>;
  /** Removes the run's rows and gives the space back to the file system. */
  purge(runId: string): Promise<void>;

  /** Replaces the data set of that name, if there is one. */
  saveDataset(dataset: DatasetRecord): Promise<void>;
  /** The data sets that were added, in the order of their names. */
  datasets(): Promise<readonly DatasetRecord[]>;
  /** Forgets the data set. Throws 'conflict' where a run that trains or waits uses it. */
  removeDataset(name: string): Promise<void>;
  /** Replaces the weights of that name, if there are any. */
  saveWeights(weights: WeightsRecord): Promise<void>;
  /** The weights that were added, in the order of their names. */
  weights(): Promise<readonly WeightsRecord[]>;
  /** Forgets the weights. Throws 'conflict' where a run that trains or waits begins with them. */
  removeWeights(name: string): Promise<void>;
  /** Whether added weights have this hash, or a run of this home began with it; the trash counts. */
  needsWeights(sha256: string): Promise<boolean>;
  /**
   * Sentences on the rows that lists have left out so far, since this version cannot read them, each with the name of its row; and on what is left
   * over in the home and cannot be removed.
   */
  unreadableRows(): Promise<readonly string[]>;
  /**
   * What a look at the whole database has found damaged, in one sentence; null where nothing is. Resolves with the look, which may last while
   * the home is used.
   */
  damage(): Promise<string | null>;
  /** When the newest result came: the end of a finished run, or its import; null where there is none. */
  lastResultAt(): Promise<number | null>;
  /** Completes pending writes, and frees the home for another owner. */
  close(): Promise<void>;
}

/** Classifies image files with the final weights of a run. */
export interface PredictCommand {
  readonly type: 'predict';
  readonly spec: ResolvedRunSpec;
  readonly images: StoredImages;
  readonly normalization: Normalization;
  readonly classes: number;
  /** The run's folder, in which its final weights are. */
  readonly runFolder: string;
  /** The folder or file to read. */
  readonly path: string;
}

/** What the host tells a trainer to do. */
export type TrainerCommand =
  | {
      readonly type: 'start';
      readonly runId: string;
      readonly spec: ResolvedRunSpec;
      readonly dataset: DatasetLocation;
      /** The data that must be there; null where they were not recorded. */
      readonly data: RunData | null;
      /** The file of the weights with which it begins; null where they are drawn, or where a run that goes on has none any more. */
      readonly weights: WeightsToRead | null;
      /** The classes that its parts lack, for whoever imports its events; null where they were not counted. */
      readonly classGaps: readonly ClassGap[] | null;
      readonly studyId: string | null;
      readonly arm: string | null;
      /** The run's folder: checkpoints and the final weights go there. */
      readonly folder: string;
      /** The checkpoints that the run has reported. Where it has reported some, or some are in its folder, and none can be used, it does not begin anew. */
      readonly reached: readonly ReachedCheckpoint[];
      /** Number of the last stored event. */
      readonly lastSeq: number;
      /** The last stored events, by which a checkpoint is known that is ahead of them. */
      readonly stored: readonly StoredEvent[];
      /** Whether to measure step times before the first step of a run that is long enough, which changes none of its numbers; `only`: then it ends. */
      readonly profile: 'first' | 'only' | 'none';
      /** Absent for a run of this machine's home. */
      readonly attempt?: TrainedAttempt | undefined;
    }
  | {
      /** Trains, evaluates and saves a little; whoever asked removes the folder. */
      readonly type: 'measure';
      readonly spec: ResolvedRunSpec;
      /** Whether steps of frozen layers in training mode are measured too. */
      readonly movesStatistics: boolean;
      readonly dataset: DatasetLocation;
      readonly folder: string;
    }
  | PredictCommand
  | { readonly type: EndRequest; readonly reason: string };

/** What a trainer tells its host: how far the start of its run is, the events of its run, how its measurement went, or what it predicts. */
export type TrainerMessage =
  | { readonly type: 'stage'; readonly stage: TrainingStage }
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'measured'; readonly measurement: Measurement }
  | { readonly type: 'predicting'; readonly news: PredictionNews }
  | { readonly type: 'predicted' }
  | {
      /** For a run: it met what keeps all runs from training, and has reported no end. */
      readonly type: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hinders: Hindrance | null;
    };

/** The end of a process that did not report its end itself. */
export interface TrainerDeath {
  readonly reason: string;
  /** Whether a signal, a crash or the system ended it: a new process may well go on. */
  readonly isAccident: boolean;
  /** What all runs would meet, where the system says that it was that. */
  readonly hinders?: Hindrance | null;
  /** Whether it was ended since it reported what no trainer can: then its run has failed. */
  readonly isNonsense?: true;
}

/** A trainer at work on one run or measurement. */
export interface Trainer {
  /** Sends a command; does nothing if the process has ended. */
  send(command: TrainerCommand): void;
  /** Resolves when the process has ended: to null where it reported the end itself. */
  readonly ended: Promise<TrainerDeath | null>;
  /** Ends the process at once. */
  kill(): void;
}

export interface TrainerHost {
  /**
   * Starts a process whose output goes to a log in the folder; `onMessage` gets its messages, in order. `threads` is the number of
   * threads within an operation, null for one per core.
   */
  start(folder: string, onMessage: (message: TrainerMessage) => void, threads: number | null): Trainer;
}

/** What a run needs of the machine besides its data. */
export interface RunPreflight {
  /**
   * Throws a bad request where the weights do not fit the network, and 'no-space' where the disk of the runs has too little space
   * for the run's checkpoints. `weights` is null where none are read: they are drawn, or the run goes on from a checkpoint.
   */
  check(spec: RunSpec, images: DatasetInfo, weights: StoredWeights | null): Promise<void>;
  /** Throws 'unavailable' where this machine has no units for the spec's precision. Of a run that trains elsewhere, that machine says so. */
  checkPrecision(spec: Pick<RunSpec, 'precision' | 'device'>): void;
}

/** The folders of the runs, one per run. */
export interface RunFolders {
  /** The path of the run's folder, whether it exists or not. */
  folder(runId: string): string;
  /** The bytes of the run's final weights; null where there are none. */
  finalWeights(runId: string): AsyncGenerator<Uint8Array> | null;
  /** Keeps final weights that were trained elsewhere: all of them, or none. Throws 'no-space', 'unavailable', and what the pieces throw. */
  keepFinalWeights(runId: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Keeps what trainers wrote elsewhere as the run's log. Throws 'no-space' and 'unavailable'. */
  keepLog(runId: string, content: Uint8Array): Promise<void>;
  /** Whether the run has a log here. */
  hasLog(runId: string): boolean;
  /** Removes the folder with its contents; does nothing if there is none. */
  remove(runId: string): Promise<void>;
  /** Removes the run's checkpoints; does nothing if there are none. */
  removeCheckpoints(runId: string): Promise<void>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
