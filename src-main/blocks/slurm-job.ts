import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SchedulerJob } from '#core/block/block-ports.ts';
import { endOfJob } from '#core/block/slurm-words.ts';
import { AppError, messageOf } from '#core/errors.ts';

const run = promisify(execFile);

/** A controller that is away makes its clients wait for 9 s; a busy one for longer. */
const PATIENCE_MS = 30_000;

/** The job of Slurm in which this process runs, by its environment; null outside of one. */
export function slurmJob(environment: Readonly<Record<string, string | undefined>>): SchedulerJob | null {
  const { SLURM_JOB_ID: id, SLURMD_NODENAME: node = null } = environment;
  if (id === undefined) return null;
  return {
    id,
    node,
    // The variable SLURM_JOB_END_TIME is not in all versions, and a limit can be changed.
    endsAt: () => asked(['squeue', '-h', '-j', id, '-o', '%e']).then(endOfJob, () => null),
    requeue: async () => {
      try {
        await asked(['scontrol', 'requeue', id]);
      } catch (error) {
        throw new AppError('unavailable', `Slurm did not requeue job ${id}: ${messageOf(error)}.`, { cause: error });
      }
    },
  };
}

async function asked([program, ...args]: readonly [string, ...string[]]): Promise<string> {
  return (await run(program, args, { timeout: PATIENCE_MS })).stdout;
}
