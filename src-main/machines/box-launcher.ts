import { AppError, badRequest } from '#core/errors.ts';
import { cancelScript, ENDING_SECONDS, jobsOfBox, jobsScript, submitScript } from '#core/machines/box-jobs.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import type { JobOrder, Launcher, RemoteShell, SeenJob } from '#core/machines/ports.ts';

const PATIENCE_MS = 30_000;
/** Beyond what a job may take for its end. */
const ENDING_MS = (ENDING_SECONDS + 30) * 1000;

/** Blocks as processes of a box, one at a time on each GPU that the machine names, or one at all. */
export const boxLauncher: Launcher = { kind: 'box', submit, jobs, job, cancel };

async function submit(shell: RemoteShell, machine: RemoteMachine, order: JobOrder): Promise<string> {
  const { code, stdout, stderr } = await shell.run(submitScript(machine, order), { limitMs: PATIENCE_MS });
  const id = stdout.trim();
  if (code === 0 && id !== '') return id;
  throw badRequest(`${machine.name} does not start the block ${order.block}: ${stderr.trim() || `exit code ${code}`}.`);
}

async function jobs(shell: RemoteShell, machine: RemoteMachine): Promise<readonly SeenJob[]> {
  const { code, stdout, stderr } = await shell.run(jobsScript(machine), { limitMs: PATIENCE_MS });
  if (code === 0) return jobsOfBox(stdout);
  throw new AppError('unavailable', `${machine.name} does not list its jobs: ${stderr.trim() || `exit code ${code}`}.`);
}

async function job(shell: RemoteShell, machine: RemoteMachine, id: string): Promise<SeenJob | null> {
  return (await jobs(shell, machine)).find((one) => one.id === id) ?? null;
}

async function cancel(shell: RemoteShell, machine: RemoteMachine, id: string): Promise<void> {
  const { code, stderr } = await shell.run(cancelScript(machine, id), { limitMs: ENDING_MS });
  if (code !== 0) throw new AppError('unavailable', `${machine.name} does not end ${id}: ${stderr.trim()}.`);
}
