import type { Comparison } from './analysis/comparison.ts';
import type { DatasetLocation } from './data/dataset-location.ts';
import type { DatasetInfo } from './data/image-set.ts';
import type { ErrorCode } from './errors.ts';
import type { ComparisonView } from './figure/comparison-view.ts';
import type { StoredSearch } from './find-t0/stored-search.ts';
import type {
  ArmRecord,
  Curve,
  DatasetRecord,
  DatasetSamples,
  LayerRecord,
  Measurement,
  RunDetail,
  RunRecord,
  RunSummary,
  SavedView,
  StepTimes,
  StudyRecord,
  StudySummary,
} from './records.ts';
import type { ResolvedRunSpec, RunStatus } from './run.ts';
import type { RunEvent, RunEventBody } from './run-event.ts';
import type { CurveSeries, EpochSeries } from './series/series-lists.ts';
import type { Settings, SettingsChange } from './settings.ts';

/** A run to be queued. */
export interface NewRun {
  readonly id: string;
  readonly spec: ResolvedRunSpec;
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
  /** Default false: the trash is not listed. */
  readonly deleted?: boolean | undefined;
}

/** A page of the table of all runs, newest first; `ids` picks these ones. */
export interface RowsQuery {
  readonly ids?: readonly string[] | undefined;
  /** What the page before said comes next; null for the first one. */
  readonly after: number | null;
  readonly limit: number;
}

export interface RowsPage {
  readonly rows: readonly RunSummary[];
  readonly next: number | null;
}

/** Of runs in this order, the values of a series. */
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

/** Which images of a data set to show. */
export interface SamplesQuery {
  readonly split: 'training' | 'test';
  readonly count: number;
  readonly seed: number;
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

/** What pages ask, which may take long: answered beside the store's writes, from what is stored. */
export interface Readings {
  /** A page of the table of all runs, newest first. */
  runRows(query: RowsQuery): Promise<RowsPage>;
  /** Of all runs that reached the epoch. */
  valuesAt(series: EpochSeries, epoch: number): Promise<ValuesAt>;
  /** One curve a run, in the order of the query, each reduced to its buckets. */
  curves(query: CurvesQuery): Promise<readonly Curve[]>;
  /** What the run's sampled steps took, reduced to so many buckets. */
  stepTimes(runId: string, buckets: number): Promise<StepTimes>;
  /** The events that have no table of their own, in order of seq. */
  history(runId: string): Promise<readonly RunEvent[]>;
  /** Newest first. */
  overview(): Promise<readonly StudySummary[]>;
  /** What the study's finished runs say: beside the readings, since its statistics take a tenth of a second to load. */
  compare(study: StudyRecord): Promise<Comparison>;
}

/** What people arrange for themselves. */
export interface Keeping {
  /** All saved views. */
  views(): Promise<readonly SavedView[]>;
  /** Replaces the comparison of the view of that name, if there is one. */
  saveView(view: {
    readonly id: string;
    readonly name: string;
    readonly comparison: ComparisonView;
  }): Promise<SavedView>;
  /** Forgets the view; its studies stay. */
  removeView(id: string): Promise<void>;
  /** With the defaults of those that were never changed. */
  settings(): Promise<Settings>;
  /** Changes those that are named, and gives all. */
  changeSettings(change: SettingsChange): Promise<Settings>;
  /** JSON text; null where nothing is kept under the key. */
  draft(key: string): Promise<string | null>;
  /** Null forgets it. */
  saveDraft(key: string, json: string | null): Promise<void>;
}

/**
 * The one owner of the database. Every method is one transaction; all throw AppErrors: 'not-found' for an unknown id,
 * 'no-space' when the disk is full, 'corrupt' when the file is damaged.
 */
export interface Store extends Readings, Keeping {
  /** Throws 'conflict' where another study has that name. */
  createStudy(study: NewStudy, arms: readonly ArmRecord[], seeds: readonly number[]): Promise<void>;
  /** Adds the arms and seeds that are not there yet. */
  extendStudy(studyId: string, arms: readonly ArmRecord[], seeds: readonly number[]): Promise<void>;
  /** By public id or unique name. */
  study(idOrName: string): Promise<StudyRecord>;
  /** Every study with its runs. */
  studies(): Promise<readonly StudyRecord[]>;
  /** Throws 'conflict' where another study has that name. */
  renameStudy(studyId: string, name: string): Promise<void>;

  /** Those of all studies. */
  searches(): Promise<readonly StoredSearch[]>;
  /** Replaces the search of that study, if it has one. */
  saveSearch(search: StoredSearch): Promise<void>;

  /** All as `queued`, in this order behind those that wait. */
  enqueue(runs: readonly NewRun[]): Promise<void>;
  /** By public id or a prefix of it that only one run has. */
  run(id: string): Promise<RunDetail>;
  /** Those that the filter lets through. */
  runs(filter: RunFilter): Promise<readonly RunRecord[]>;
  /** Of these, the queued run that waits longest; null where none of them waits. */
  nextQueued(among: readonly string[]): Promise<RunRecord | null>;
  /** `queued` puts the run behind those that wait; `reason` is one sentence, or null. */
  setStatus(runId: string, status: RunStatus, reason: string | null): Promise<void>;

  /** Stores what the events report, rows and status alike; applying one twice changes nothing. */
  appendEvents(events: readonly RunEvent[]): Promise<void>;
  /** All of the run's events, in order of seq. */
  events(runId: string): Promise<readonly RunEvent[]>;

  /** Notes, tags and marks of all these runs, or of none where one is unknown. */
  updateRuns(runIds: readonly string[], change: RunsChange): Promise<readonly RunInStudy[]>;
  /** Into the trash, or out of it. Throws 'conflict' for a locked run or one that trains. */
  setDeleted(runId: string, deleted: boolean): Promise<void>;
  /** Removes the run's rows and gives the space back to the file system. */
  purge(runId: string): Promise<void>;

  /** Replaces the data set of that name, if there is one. */
  saveDataset(dataset: DatasetRecord): Promise<void>;
  /** Those that were added, in the order of their names. */
  datasets(): Promise<readonly DatasetRecord[]>;
  /** Forgets the data set. Throws 'conflict' where a run that trains or waits uses it. */
  removeDataset(name: string): Promise<void>;
  /** Writes what is left to be written, and frees the home for another owner. */
  close(): Promise<void>;
}

/** What the host asks of a trainer. */
export type TrainerCommand =
  | {
      readonly type: 'start';
      readonly runId: string;
      readonly spec: ResolvedRunSpec;
      readonly dataset: DatasetLocation;
      readonly studyId: string | null;
      readonly arm: string | null;
      /** The run's folder: checkpoints and the final weights go there. */
      readonly folder: string;
      /** Go on from the newest sound checkpoint, if there is one. */
      readonly resume: boolean;
      /** Number of the last stored event. */
      readonly lastSeq: number;
      /** Whether its step times are measured before its first step, where it is long enough; changes none of its numbers. */
      readonly isProfiled: boolean;
    }
  | {
      /** Train, evaluate and save a little; whoever asked removes the folder. */
      readonly type: 'measure';
      readonly spec: ResolvedRunSpec;
      readonly dataset: DatasetLocation;
      readonly folder: string;
    }
  | { readonly type: 'pause'; readonly reason: string }
  | { readonly type: 'stop'; readonly reason: string };

/** What a trainer tells its host: the events of its run, or how its measurement went. */
export type TrainerMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'measured'; readonly measurement: Measurement }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

/** How a process ended that did not report its end itself. */
export interface TrainerDeath {
  readonly reason: string;
  /** Whether it was a signal, a crash or the system that ended it: started again, it may well go on. */
  readonly isAccident: boolean;
}

/** A trainer at work on one run or measurement. */
export interface Trainer {
  /** Says nothing to a process that has ended. */
  send(command: TrainerCommand): void;
  /** Resolves when the process has ended; null where it reported the end itself. */
  readonly ended: Promise<TrainerDeath | null>;
  /** Ends the process at once. */
  kill(): void;
}

export interface TrainerHost {
  /**
   * Starts a process whose chatter goes to a log in the folder; `onMessage` gets what it tells, in order. `threads` are
   * those within an operation, null for one a core.
   */
  start(folder: string, onMessage: (message: TrainerMessage) => void, threads: number | null): Trainer;
}

/** Knows data sets by location; reads no more of the files than it has to. */
export interface DatasetCatalog {
  /** Throws 'not-found' or 'corrupt', naming the file. `say` hears how far a preparation is, where one is needed. */
  describe(location: DatasetLocation, say?: (line: string) => void): Promise<DatasetInfo>;
  /** SHA-256 over images and labels, hexadecimal. */
  hash(location: DatasetLocation): Promise<string>;
  /** Images drawn by the seed, and the counts of all classes. `name` says what its classes are called. */
  samples(
    dataset: { readonly name: string; readonly location: DatasetLocation },
    query: SamplesQuery,
  ): Promise<DatasetSamples>;
  /** Names of the data sets that come with the set-up. */
  builtInNames(): readonly string[];
  /** Where such a data set is; null for another name, or where the set-up has not placed it. */
  builtIn(name: string): DatasetLocation | null;
}

/** The folders of the runs, one each. */
export interface RunFolders {
  /** Its path, whether it is there or not. */
  folder(runId: string): string;
  /** On the disk that they are on. */
  freeBytes(): Promise<number>;
  /** With all that is in it; none that is not there. */
  remove(runId: string): Promise<void>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** Numbers the events of one run. */
export type EventStamp = (body: RunEventBody) => RunEvent;
