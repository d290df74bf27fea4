import type { GpuReport } from './gpu-report.ts';

/** What `lab check-gpu` was asked for. */
export interface GpuCheckRequest {
  readonly isQuick: boolean;
  /** Runs all parts on the processor, which proves nothing of a card. */
  readonly isRehearsal: boolean;
  /** The program of a Python that has torch and torchvision; null where none was named. */
  readonly python: string | null;
}

/** How far all parts are. */
export interface CheckProgress {
  /** The part, and where it is. */
  readonly doing: string;
  /** The number of parts before it. */
  readonly done: number;
  readonly parts: number;
  readonly secondsLeft: number;
}

export interface GpuCheckWatching {
  /** Ends the part that runs; what it has found stays. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CheckProgress) => void;
  /** Gets the report after each part. */
  readonly onReport: (report: GpuReport) => Promise<void>;
}
