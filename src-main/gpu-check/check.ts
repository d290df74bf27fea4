import type { CheckCell, CheckTable } from '#core/gpu-check/gpu-report.ts';
import type { GpuSetUp } from '#core/gpu-check/gpu-set-up.ts';
import type { JudgedNetwork } from '#core/gpu-check/judged-networks.ts';
import type { StepProcess } from '#core/gpu-check/step-requests.ts';

/** A part of `lab check-gpu`: one module, and its line in `checks.ts`. */
export interface GpuCheck {
  readonly id: string;
  readonly title: string;
  /** Whether it computes on a card: without one it is not run. */
  readonly needsCard: boolean;
  /** Seconds that it takes on a recent machine: the time left follows from them and from how long other parts took. */
  seconds(isQuick: boolean): number;
  /** Throws an AppError where something that it needs fails: the part has then failed with that sentence. */
  run(tools: CheckTools, findings: Findings): Promise<void>;
}

/** PyTorch's side of a step. */
export interface TorchProcess {
  readonly pid: number;
  /** PyTorch's version, and what it computes on. */
  hello(): Promise<{ readonly version: string; readonly device: string }>;
  /** Milliseconds of one step of the same network at the same depth. */
  step(
    network: JudgedNetwork,
    frozenLayers: number,
  ): Promise<{ readonly milliseconds: number; readonly residentBytes: number }>;
  end(): void;
}

/** What profiling some steps has found, a step. */
export interface ProfiledStep {
  readonly kernels: number;
  readonly copiesIn: number;
  readonly copiesOut: number;
}

/** What the arms of the quick study gave, in the words of its table; and which runs failed. */
export interface TrainedStudy {
  readonly table: CheckTable;
  readonly failed: readonly string[];
}

/** What checks work with. Every process that one of them has opened ends with it. */
export interface CheckTools {
  readonly isQuick: boolean;
  readonly isRehearsal: boolean;
  readonly setUp: GpuSetUp;
  /** A folder for files that nobody needs afterwards. */
  readonly folder: string;
  /** A process that computes on what is checked: the card, or in a rehearsal the processor with the graphs of a card. */
  openChecked(environment?: Readonly<Record<string, string>>): StepProcess;
  /** A process that computes on the processor. */
  openProcessor(): StepProcess;
  /** Null where no Python was named. */
  openTorch(): TorchProcess | null;
  /** What a process takes of the memory that is looked at: the card's, or in a rehearsal the machine's; null where nothing tells. */
  memoryOf(pid: number, residentBytes: number): Promise<number | null>;
  /** Throws 'not-found' where there is no profiler. */
  profile(network: JudgedNetwork, frozenLayers: number): Promise<ProfiledStep>;
  /** Trains the quick study; `progress` gets the share that is done. */
  trainQuickStudy(progress: (share: number) => void): Promise<TrainedStudy>;
  /** Says how far the part is. */
  progress(share: number, what: string): void;
}

/** Takes what a part finds. What was noted stays where the part is ended half-way. */
export interface Findings {
  say(sentence: string): void;
  /** The part has failed. */
  fail(sentence: string): void;
  /** The part, or what is left of it, is not run. */
  skip(reason: string): void;
  columns(names: readonly string[]): void;
  row(cells: readonly CheckCell[]): void;
}
