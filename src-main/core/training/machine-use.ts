/** What a graphics card did on average since it was asked before. */
export interface GpuUse {
  /** Share of the time in which it computed. */
  readonly use: number | null;
  /** Bytes of its memory that all programs took. */
  readonly memory: number | null;
  readonly celsius: number | null;
  /** Of the whole card. */
  readonly watts: number | null;
}

/** Follows a graphics card beside the training. */
export interface GpuMeter {
  /** Forgets what came before. */
  begin(): void;
  /** The means since then; null where nothing is known. */
  read(): GpuUse | null;
}

/** How much of the machine was used while an epoch trained, on average; null where the system does not tell. */
export interface MachineUse {
  /** Share of all cores' time, by all programs. */
  readonly processorUse: number | null;
  /** Bytes of memory that this process had at the epoch's end. */
  readonly trainerMemory: number | null;
  /** Bytes of the machine's memory that cannot be given to other programs, at the epoch's end. */
  readonly machineMemory: number | null;
  /** Of all processors of the machine, whatever they computed. */
  readonly processorWatts: number | null;
  readonly gpu: GpuUse | null;
}

/** A GPU that nobody follows. */
export const NO_GPU: GpuMeter = { begin: () => undefined, read: () => null };
