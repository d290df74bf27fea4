import { availableParallelism } from 'node:os';
import { delimiter } from 'node:path';
import type { TrainerDeath } from '#core/ports.ts';

/** The variable in which a host that is the trainer's parent tells its own number. */
export const HOST_PID = 'FREEZEOUT_LAB_HOST_PID';

/** How a trainer ended whose process the system has ended for want of memory. */
export const OUT_OF_MEMORY: TrainerDeath = {
  reason: 'The system ended the trainer because memory ran out.',
  isAccident: true,
  hinders: 'memory',
};

export interface TrainingEnvironment {
  /** Folders of the CUDA libraries; the loader reads the path only when a process starts. */
  readonly libraryFolders?: readonly string[];
  /** Threads within an operation, and operations at a time: fixed, since sums may depend on them. */
  readonly threads?: { readonly intraOp: number; readonly interOp: number };
}

/** The whole environment of a trainer; `chosen` is the number of threads within an operation, null for one per core. */
export function trainerEnvironment(
  { libraryFolders = [], threads }: TrainingEnvironment,
  chosen: number | null,
): NodeJS.ProcessEnv {
  const intraOp = chosen ?? threads?.intraOp ?? availableParallelism();
  const inherited = process.env.LD_LIBRARY_PATH;
  const libraryPath = [...libraryFolders, ...(inherited ? [inherited] : [])].join(delimiter);
  return {
    ...process.env,
    ...(libraryPath === '' ? {} : { LD_LIBRARY_PATH: libraryPath }),
    TF_CPP_MIN_LOG_LEVEL: '3',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_NUM_INTRAOP_THREADS: String(intraOp),
    // Operations run one by one, so more threads between them would only compete (measured: docs/performance.md).
    TF_NUM_INTEROP_THREADS: String(threads?.interOp ?? 1),
  };
}
