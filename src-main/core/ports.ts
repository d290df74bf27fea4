import type { ErrorCode } from './errors.ts';
import type {
  ArmRecord,
  DatasetInfo,
  DatasetRecord,
  LayerRecord,
  Measurement,
  RunDetail,
  RunRecord,
  StudyRecord,
} from './records.ts';
import type { DatasetLocation, ResolvedRunSpec, RunStatus } from './run.ts';
import type { RunEvent, RunEventBody } from './run-event.ts';

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
  readonly createdAt: number;
}

export interface RunFilter {
  readonly studyId?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  /** Default false: the trash is not listed. */
  readonly deleted?: boolean | undefined;
}

/**
 * The one owner of the database. Every method is one transaction; all throw AppErrors: 'not-found' for an unknown id,
 * 'no-space' when the disk is full, 'corrupt' when the file is damaged.
 */
export interface Store {
  /** Throws 'conflict' where another study has that name. */
  createStudy(study: NewStudy, arms: readonly ArmRecord[], seeds: readonly number[]): Promise<void>;
  /** Adds the arms and seeds that are not there yet. */
  extendStudy(studyId: string, arms: readonly ArmRecord[], seeds: readonly number[]): Promise<void>;
  /** By public id or unique name. */
  study(idOrName: string): Promise<StudyRecord>;
  studies(): Promise<readonly StudyRecord[]>;

  /** All as `queued`, in this order behind those that wait. */
  enqueue(runs: readonly NewRun[]): Promise<void>;
  /** By public id or a prefix of it that only one run has. */
  run(id: string): Promise<RunDetail>;
  runs(filter: RunFilter): Promise<readonly RunRecord[]>;
  /** Of these, the queued run that waits longest; null where none of them waits. */
  nextQueued(among: readonly string[]): Promise<RunRecord | null>;
  setStatus(runId: string, status: RunStatus, reason: string | null): Promise<void>;

  /** Stores what the events report, rows and status alike; applying one twice changes nothing. */
  appendEvents(events: readonly RunEvent[]): Promise<void>;
  /** In order of seq. */
  events(runId: string): Promise<readonly RunEvent[]>;

  setDeleted(runId: string, deleted: boolean): Promise<void>;
  /** Removes the run's rows and gives the space back to the file system. */
  purge(runId: string): Promise<void>;

  saveDataset(dataset: DatasetRecord): Promise<void>;
  datasets(): Promise<readonly DatasetRecord[]>;
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
    }
  | {
      /** Train and evaluate a little, unfrozen; nothing is kept. */
      readonly type: 'measure';
      readonly spec: ResolvedRunSpec;
      readonly dataset: DatasetLocation;
    }
  | { readonly type: 'pause'; readonly reason: string }
  | { readonly type: 'stop'; readonly reason: string };

/** What a trainer tells its host: the events of its run, or how its measurement went. */
export type TrainerMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'measured'; readonly measurement: Measurement }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

/** A trainer at work on one run or measurement. */
export interface Trainer {
  send(command: TrainerCommand): void;
  /** Resolves when the process has ended; `reason` is null where it reported the end itself. */
  readonly ended: Promise<{ readonly reason: string | null }>;
  /** Ends the process at once. */
  kill(): void;
}

export interface TrainerHost {
  /** Starts a process whose chatter goes to a log in the folder; `onMessage` gets what it tells, in order. */
  start(folder: string, onMessage: (message: TrainerMessage) => void): Trainer;
}

/** Knows data sets by location; reads no more of the files than it has to. */
export interface DatasetCatalog {
  /** Throws 'not-found' or 'corrupt', naming the file. */
  describe(location: DatasetLocation): Promise<DatasetInfo>;
  /** SHA-256 over images and labels, hexadecimal. */
  hash(location: DatasetLocation): Promise<string>;
  /** Names of the data sets that come with the set-up. */
  builtInNames(): readonly string[];
  /** Where such a data set is; null for another name, or where the set-up has not placed it. */
  builtIn(name: string): DatasetLocation | null;
}

/** The folders of the runs. */
export interface RunFolders {
  folder(runId: string): string;
  freeBytes(): Promise<number>;
  remove(runId: string): Promise<void>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** Numbers the events of one run. */
export type EventStamp = (body: RunEventBody) => RunEvent;
