import type { LabClient } from '#contract/client.ts';
import type { Diagnosis } from '#contract/desktop.ts';
import type { ExportedFile, ExportWatching, FigureOrder, StudyFileOrder } from '#contract/exporter.ts';
import type { HostOptions, LabHost } from '#contract/host.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { ListedBackup, Restored, Salvaged } from '#core/backups.ts';
import type { AttemptEnd } from '#core/block/block.ts';
import type { ContentHashes } from '#core/data/dataset-content.ts';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import type { ReportRequest } from '#core/data/dataset-ports.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import type { WholeStudyFormat } from '#core/figure/figure-request.ts';
import type { GpuCheckRequest, GpuCheckWatching } from '#core/gpu-check/gpu-check-request.ts';
import type { GpuReport } from '#core/gpu-check/gpu-report.ts';
import type { FollowNews } from '#core/machines/follow-lines.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import type { RunSpec } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { StrayRuns } from '#core/stray-runs.ts';
import type { Shell } from './shell.ts';

/** What training would run on here, and what is missing. */
export interface FullDiagnosis extends Diagnosis {
  /** What only the desktop app and the tests lack, each with the command that installs it. */
  readonly notes: readonly string[];
}

/** Where a data set is, and what tells its images from others. */
export interface HashedDataset extends ContentHashes {
  readonly location: DatasetLocation;
}

/** What the commands need of the rest of the program. Each member loads its part when it is called. */
export interface CommandTools {
  /** Throws 'locked' where the home belongs to another program that does not answer. */
  openHost(options: HostOptions): Promise<LabHost>;
  /** The backups of a home, newest first. */
  listBackups(home: string): Promise<readonly Omit<ListedBackup, 'verified'>[]>;
  /** The folders of runs that the home's database does not have; null where there are none. */
  strayRuns(home: string): Promise<StrayRuns | null>;
  /** Looks at all of a backup, and gives one sentence for each run that it shows wrongly. Throws 'corrupt' where it is damaged. */
  verifyBackup(home: string, name: string): Promise<readonly string[]>;
  /** Puts a backup in the place of the database: the named one, or the newest that is sound. Throws 'locked' where a program has it open. */
  restoreBackup(home: string, name: string | null): Promise<Restored>;
  /** Puts what is undamaged in the place of the database. Throws 'locked' where a program has it open. */
  salvageDatabase(home: string): Promise<Salvaged>;
  /** Null for a name that only the home knows. Throws 'not-found' or 'corrupt', naming the file. */
  describeDataset(dataset: string | DatasetLocation): Promise<DatasetInfo | null>;
  /** Reads the whole data set once. Throws 'not-found' for a name that only a home knows, and 'not-found' or 'corrupt' for its files. */
  hashDataset(dataset: string | DatasetLocation): Promise<HashedDataset>;
  /** The SHA-256 of a file of weights. Throws 'not-found' or 'corrupt', and a bad request for another format. */
  hashWeights(path: string): Promise<string>;
  /**
   * Reads the whole data set for its report. Runs before the home is opened, so that nothing is written where the data are wrong.
   * `say` gets the progress; the signal ends it. Throws 'not-found', 'bad-request' or 'corrupt' where there is nothing to report on.
   */
  reportOn(request: ReportRequest, say: (line: string) => void, signal: AbortSignal): Promise<DatasetReport>;
  /**
   * Runs before the home is opened, so that nothing is written for a run that cannot train. Throws a bad request where counts,
   * network, images and weights do not fit each other, 'not-found' or 'corrupt' for their files, and 'no-space'.
   */
  checkRun(spec: RunSpec, home: string): Promise<void>;
  /** The tensors of weights that come piece by piece. Throws what the pieces throw, 'no-space' and 'corrupt'. */
  receivedWeights(pieces: AsyncIterable<Uint8Array>): Promise<NamedTensors>;
  writeWeights(path: string, tensors: NamedTensors, metadata: Readonly<Record<string, string>>): Promise<void>;
  /** Writes a file completely, or leaves the old one in place. Throws 'no-space' or 'unavailable', and what the pieces throw that are AppErrors. */
  writeFile(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** The comparison as a table for the terminal. */
  terminalComparison(comparison: Comparison): Promise<string>;
  comparisonCsv(comparison: Comparison): Promise<string>;
  renderFigure(order: FigureOrder, client: LabClient): Promise<ExportedFile>;
  /** Several studies as a report or a spec. Throws 'not-found' where a study is gone. */
  renderStudy(studies: readonly string[], format: WholeStudyFormat, client: LabClient): Promise<ExportedFile>;
  /** Writes a study in any format into a file, or leaves the old one in place. Throws 'not-found' where it is gone. */
  studyPieces(order: StudyFileOrder, client: LabClient, watching: ExportWatching): AsyncIterable<Uint8Array>;
  diagnose(): Promise<FullDiagnosis>;
  /** Checks this machine's GPU, part by part. Throws 'unavailable' where TensorFlow cannot be loaded at all. */
  checkGpu(request: GpuCheckRequest, watching: GpuCheckWatching): Promise<GpuReport>;
  /**
   * Joins stdin and stdout with the owner of a home, which is started where there is none, after one line that says where they lead. Throws why it
   * cannot be reached, which that line says too; a home that `mustExist` is not made.
   */
  dialOwner(home: string, mustExist: boolean): Promise<void>;
  /** Trains the block in a folder, as one attempt. Throws 'not-found' or a bad request where there is none, and where its end cannot be written. */
  workOn(folder: string, watching: WorkWatching): Promise<AttemptEnd>;
  /** The events that count of the runs of a block, which may train meanwhile. Throws as `workOn` does where there is none. */
  blockEvents(folder: string): AsyncIterable<RunEvent>;
  /** Tells what is new of the blocks below a root until the input ends. */
  follow(options: FollowOptions): Promise<void>;
}

/** A host that follows blocks of this machine. */
export interface FollowOptions {
  /** An absolute path. */
  readonly root: string;
  /** Whether Slurm runs their jobs. */
  readonly slurm: boolean;
  /** How often it is asked for them. */
  readonly askSeconds: number;
  /** Lines of orders. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Tells the host a line: the greeting first, then news. */
  readonly tell: (line: string | FollowNews) => void;
}

/** Whoever works on a block, and hears of it. */
export interface WorkWatching {
  readonly environment: Shell['environment'];
  /** Calls back at each signal that asks for the end. Returns a function that unsubscribes. */
  readonly onSignal: Shell['onSignal'];
  /** Gets each event once it is stored. */
  readonly onEvent: (event: RunEvent) => void;
  /** Gets a sentence for people. */
  readonly say: (sentence: string) => void;
}
