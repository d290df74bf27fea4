import { AppError, badRequest } from '#core/errors.ts';
import { lastLineOf } from '#core/last-line.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import type { JobOrder, Launcher, RemoteShell, SeenJob, ShellAnswer } from '#core/machines/ports.ts';
import { posixPath, posixWord, posixWords } from '#core/machines/posix-shell.ts';
import { JOB_OUTPUT } from '#core/machines/remote-layout.ts';
import { commentOf, jobOfBlock, listedJobs, SQUEUE_FORMAT, shownJob } from '#core/machines/slurm-jobs.ts';

/** A controller that is away makes its clients wait for 9 s; a busy one for longer. */
const PATIENCE_MS = 30_000;
/** An sbatch whose answer was lost may still be under way for so long. */
const UNDER_WAY_MS = 60_000;
/** Before the limit: a checkpoint, the end of the process and the controller's own look, every half minute, have to fit into it. */
const WARNING_SECONDS = 120;

/** Variables of the login shell that would count for more than our options. */
const WITHOUT_DEFAULTS = `for name in $(env | sed -n 's/^\\(SBATCH_[A-Za-z0-9_]*\\)=.*/\\1/p'); do unset "$name"; done`;

/** Blocks as jobs of Slurm, by its own programs: `sbatch`, `squeue`, `scontrol`, `scancel`. */
export const slurmLauncher: Launcher = { kind: 'slurm', submit, jobs, job, cancel };

async function submit(shell: RemoteShell, machine: RemoteMachine, order: JobOrder): Promise<string> {
  const known = order.askedMsAgo === null ? null : await lostJob(shell, machine, order);
  if (known !== null) return known;
  await order.noteAsked(true);
  const { code, stdout, stderr } = await shell.run(`${WITHOUT_DEFAULTS}\nsbatch ${sbatchWords(machine, order)}`, {
    stdin: jobScript(machine, order),
    limitMs: PATIENCE_MS,
  });
  const id = /^(\d+)(;.*)?$/m.exec(stdout)?.[1];
  if (code === 0 && id !== undefined) return id;
  if (/unable to contact slurm/i.test(stderr)) await order.noteAsked(false);
  if (isAway(stderr)) throw unanswered(machine.name, stderr);
  throw badRequest(`Slurm on ${machine.name} does not take the job: ${lastLine(stderr) ?? lastLine(stdout) ?? code}.`);
}

/** The job whose number was not heard. While it may be under way, and is not there yet, no other is to be asked for. */
async function lostJob(shell: RemoteShell, machine: RemoteMachine, order: JobOrder): Promise<string | null> {
  const known = jobOfBlock(await jobs(shell), order.block);
  if (known !== null && known.state !== 'over') return known.id;
  if ((order.askedMsAgo ?? 0) >= UNDER_WAY_MS) return null;
  throw unanswered(machine.name, 'sbatch was asked for a job a moment ago, and it may still come');
}

async function jobs(shell: RemoteShell): Promise<readonly SeenJob[]> {
  const answer = await shell.run(`squeue -h --me -t all -o ${posixWord(SQUEUE_FORMAT)}`, { limitMs: PATIENCE_MS });
  if (answer.code !== 0) throw noList(answer);
  return listedJobs(answer.stdout);
}

async function job(shell: RemoteShell, _machine: RemoteMachine, id: string): Promise<SeenJob | null> {
  const { code, stdout, stderr } = await shell.run(`scontrol show job ${posixWord(id)} -o`, { limitMs: PATIENCE_MS });
  if (code === 0) return shownJob(stdout);
  if (/Invalid job id/i.test(stderr + stdout)) return null;
  throw noList({ code, stdout, stderr });
}

async function cancel(shell: RemoteShell, machine: RemoteMachine, id: string): Promise<void> {
  const { code, stderr } = await shell.run(`scancel ${posixWord(id)}`, { limitMs: PATIENCE_MS });
  if (code !== 0 && !/Invalid job id|already completing/i.test(stderr)) throw unanswered(machine.name, stderr);
}

/** Words of the command line count for more than any variable or line of a script. */
function sbatchWords({ slurm }: RemoteMachine, { block, folder, time }: JobOrder): string {
  const { partition, account, gres, cpus = 1, memory, time: usual, options = [] } = slurm ?? {};
  const asked = { partition, account, gres, mem: memory, time: time ?? usual };
  const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  const ours = ['--parsable', '--export=NONE', '--requeue', '--open-mode=append', '--nodes=1', '--ntasks=1'];
  ours.push(`--signal=B:USR1@${WARNING_SECONDS}`, `--comment=${commentOf(block)}`, `--job-name=freezeout-${block}`);
  const place = posixPath(folder);
  // Slurm fills in what a percent sign in the name of a file stands for.
  const output = posixPath(`${folder.replaceAll('%', '%%')}/${JOB_OUTPUT.slurm}`);
  return `${posixWords([...ours, `--cpus-per-task=${cpus}`, ...given, ...options])} --chdir=${place} --output=${output}`;
}

/** `exec` matters: the signal that warns of the time limit goes to the script alone. */
function jobScript({ slurm }: RemoteMachine, { folder, lab }: JobOrder): string {
  const before = slurm?.before ?? [];
  // Without the environment of the login node, such lines need what a login shell defines: `module` is a function.
  const shell = before.length === 0 ? '#!/bin/sh' : '#!/bin/bash -l';
  return [shell, ...before, `exec ${posixPath(lab)} work ${posixPath(folder)}`, ''].join('\n');
}

function isAway(words: string): boolean {
  return /unable to contact slurm|socket timed out|connection refused|resource temporarily unavailable/i.test(words);
}

function noList({ code, stderr }: ShellAnswer): AppError {
  return new AppError('unavailable', `Slurm does not answer (${lastLine(stderr) ?? `exit code ${code}`}).`);
}

function unanswered(machine: string, stderr: string): AppError {
  return new AppError('unavailable', `Slurm on ${machine} does not answer (${lastLine(stderr) ?? 'without a word'}).`);
}

/** Programs of Slurm end with the sentence that matters. */
function lastLine(text: string): string | null {
  return lastLineOf(text)?.replace(/\.$/, '') || null;
}
