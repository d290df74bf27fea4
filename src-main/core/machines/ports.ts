import type { ContentHashes } from '../data/dataset-content.ts';
import type { DatasetLocation } from '../data/dataset-location.ts';
import type { RemoteMachine } from './machine.ts';

/** What a script has answered. */
export interface ShellAnswer {
  /** The script's own exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScriptOptions {
  /** What the script reads; nothing by default. */
  readonly stdin?: string | AsyncIterable<Uint8Array>;
  /** After this time the script is given up. */
  readonly limitMs: number;
  readonly signal?: AbortSignal;
}

/** A script that runs with a line to it. */
export interface RemoteProcess {
  /** What it writes to stdout; ends with it. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Resolves once it has ended, and says how, in one sentence: the connection's last words where that broke. Never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly reason: string }>;
  /** Hands it bytes to read; throws 'unavailable' where it reads no more. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Ends what it reads. */
  endInput(): void;
  /** Ends our side of it at once. */
  kill(): void;
}

/**
 * A shell on a machine. A script is the text of one for sh of POSIX, with `posixWord` and `posixPath` around all that comes from elsewhere; it cannot
 * rely on PATH beyond what the system itself has.
 */
export interface RemoteShell {
  /**
   * Runs a script to its end, whatever its exit code. Throws 'unavailable' where the machine cannot be reached, the script takes longer than it
   * may or is given up: whether it did something is then unknown.
   */
  run(script: string, options: ScriptOptions): Promise<ShellAnswer>;
  /** Starts a script. What keeps it from starting is told by its end. */
  open(script: string): RemoteProcess;
}

/** A block that is to train on a machine. Its folder is there already. */
export interface JobOrder {
  readonly block: string;
  /** Its folder, as the machine names it. */
  readonly folder: string;
  /** The path of the program there: `remoteLab`. */
  readonly lab: string;
  /** How long a job may last, in words of the scheduler; null for what the machine says. */
  readonly time: string | null;
  /** How long ago a job was asked for whose number was not heard; null where there can be none. */
  readonly askedMsAgo: number | null;
  /** Called before a scheduler is asked for a job, and again where it has certainly not heard of that. */
  readonly noteAsked: (mayBeUnderWay: boolean) => Promise<void>;
}

/** Who starts processes on a machine: its scheduler, or we ourselves. */
export function launcherKind({ slurm }: RemoteMachine): Launcher['kind'] {
  return slurm === undefined ? 'box' : 'slurm';
}

/** What a scheduler says of one of our jobs. */
export interface SeenJob {
  /** The block for which it was submitted. */
  readonly block: string;
  readonly id: string;
  /** `ending` for one whose processes are being ended, `held` for one that waits for somebody's word. */
  readonly state: 'waits' | 'held' | 'runs' | 'ending' | 'over';
  /** The scheduler's own word for it, such as TIMEOUT. */
  readonly word: string;
  /** Why it waits, or ended; null where nothing is said. */
  readonly reason: string | null;
  readonly node: string | null;
  /** When it ends at the latest, in ms since 1970; null where that is not known. */
  readonly endsAt: number | null;
}

/**
 * How blocks become jobs of a machine: one module each, one line in the registry. Every method throws 'unavailable' where the machine or its scheduler
 * does not answer, which says nothing about the jobs.
 */
export interface Launcher {
  readonly kind: 'slurm' | 'box';
  /**
   * Starts a job for the block, and gives its id. A job that trains or waits for the block already is that job: so this can be asked again whenever
   * an answer was lost. Throws a bad request with the scheduler's own words where it refuses.
   */
  submit(shell: RemoteShell, machine: RemoteMachine, order: JobOrder): Promise<string>;
  /** All jobs of ours that the scheduler lists. What it does not list may have been forgotten, or not be shown yet. */
  jobs(shell: RemoteShell, machine: RemoteMachine): Promise<readonly SeenJob[]>;
  /** Looks at one job more closely; null where the scheduler does not know it, or no more. */
  job(shell: RemoteShell, machine: RemoteMachine, id: string): Promise<SeenJob | null>;
  /** Ends a job for good, however it waits or trains. One that is over is left alone. */
  cancel(shell: RemoteShell, machine: RemoteMachine, id: string): Promise<void>;
}

/** The sources of this program, from which other machines are set up. */
export interface ProgramSources {
  /** Names the version, together with a hash of what is in the sources: other sources are another version. */
  version(): Promise<string>;
  /** All of them, as a tar packed by gzip. Throws 'unavailable' where they cannot be read. */
  archive(): AsyncIterable<Uint8Array>;
}

/** A data set of this machine that another one needs. */
export interface DatasetToBring {
  /** As the spec says it: by a name, or by its place here. */
  readonly named: string | DatasetLocation;
  readonly location: DatasetLocation;
  readonly hashes: ContentHashes;
}

/** A file of weights of this machine that another one needs. */
export interface WeightsToBring {
  readonly path: string;
  readonly sha256: string;
}

export interface BringingOptions {
  readonly signal?: AbortSignal;
  /** Hears the share that is copied, from 0 to 1, where something is. */
  readonly onProgress?: (share: number) => void;
}

/** A file of another machine, or its end. */
export interface RemoteFile {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Throws 'unavailable' where not all of them arrive. */
  readonly pieces: AsyncGenerator<Uint8Array>;
}

export interface RemoteFilePart {
  /** As the machine names it. */
  readonly path: string;
  /** Only so many bytes at the end of it; absent for all. */
  readonly last?: number;
}

/** The machines of a home. */
export interface HomeMachines {
  /** In the order of the file. Throws a bad request that names what is wrong in it. */
  list(): Promise<readonly RemoteMachine[]>;
  /** Puts these in the place of all. Throws a bad request where that would be no list of machines. */
  save(machines: readonly RemoteMachine[]): Promise<void>;
  /** The shell of a machine; nothing is asked of it yet. */
  shell(machine: RemoteMachine): RemoteShell;
  readonly sources: ProgramSources;
  /**
   * Where a machine has a data set: in the place that its settings name, among what set-up has brought, or else in a copy, which is made
   * where there is none yet. All are compared by their hash, once. Throws 'conflict' for other images, and 'unavailable'.
   */
  bring(machine: RemoteMachine, dataset: DatasetToBring, options?: BringingOptions): Promise<DatasetLocation>;
  /**
   * Where a machine has a file of weights: in a copy under its hash, which is made where there is none, and read there before it counts. Throws
   * 'conflict' where the copy has another hash, and 'unavailable'.
   */
  bringWeights(machine: RemoteMachine, weights: WeightsToBring): Promise<string>;
  /** Reads a file of a machine piece by piece. Throws 'not-found' where there is none, and 'unavailable'. */
  readFile(machine: RemoteMachine, part: RemoteFilePart): Promise<RemoteFile>;
}
