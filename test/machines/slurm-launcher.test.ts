import { describe, expect, it } from 'vitest';
import { machineSchema } from '#core/machines/machine.ts';
import type { RemoteShell, ScriptOptions, ShellAnswer } from '#core/machines/ports.ts';
import { slurmLauncher } from '../../src-main/machines/slurm-launcher.ts';

const slurm = {
  partition: 'gpu',
  gres: 'gpu:a100:1',
  cpus: 8,
  memory: '32G',
  time: '08:00:00',
  options: ['--qos=low'],
};
const machine = machineSchema.parse({ name: 'cluster', ssh: null, root: '~/lab', slurm });
const order = {
  ...{ block: 'b1', folder: '~/lab/jobs/50% of it', lab: '~/lab/versions/1/lab', time: null, askedMsAgo: null },
  noteAsked: async () => undefined,
};

interface Called {
  readonly script: string;
  readonly stdin: ScriptOptions['stdin'];
}

/** A shell that answers the scripts that call a program, and keeps what it was asked. */
function shellAnswering(
  answers: Readonly<Record<string, Partial<ShellAnswer>>>,
): RemoteShell & { readonly called: Called[] } {
  const called: Called[] = [];
  return {
    called,
    run: async (script, { stdin }) => {
      called.push({ script, stdin });
      const program = Object.keys(answers).find((name) => new RegExp(`^${name} `, 'm').test(script));
      return { code: 0, stdout: '', stderr: '', ...answers[program ?? ''] };
    },
    open: () => {
      throw new Error('No script is left running.');
    },
  };
}

describe('a block as a job of Slurm', () => {
  it('is one process that goes on by itself, with what the machine asks for', async () => {
    const shell = shellAnswering({ sbatch: { stdout: '17;cluster\n' } });
    expect(await slurmLauncher.submit(shell, machine, order)).toBe('17');
    const [{ script, stdin }] = shell.called;
    const line = script.split('\n').at(-1);
    expect(line).toBe(
      [
        `sbatch '--parsable' '--export=NONE' '--requeue' '--open-mode=append' '--nodes=1' '--ntasks=1'`,
        `'--signal=B:USR1@120' '--comment=freezeout:b1' '--job-name=freezeout-b1' '--cpus-per-task=8'`,
        `'--partition=gpu' '--gres=gpu:a100:1' '--mem=32G' '--time=08:00:00' '--qos=low'`,
        `--chdir="$HOME"/'lab/jobs/50% of it' --output="$HOME"/'lab/jobs/50%% of it/slurm.out'`,
      ].join(' '),
    );
    expect(stdin).toBe(`#!/bin/sh\nexec "$HOME"/'lab/versions/1/lab' work "$HOME"/'lab/jobs/50% of it'\n`);
  });

  it('may have another time, and lines that come first, in a shell that knows of modules', async () => {
    const shell = shellAnswering({ sbatch: { stdout: '17\n' } });
    const before = ['module load cuda/12.4'];
    await slurmLauncher.submit(
      shell,
      { ...machine, slurm: { cpus: 1, options: [], before } },
      { ...order, time: '30' },
    );
    expect(shell.called[0].script).toContain("'--time=30'");
    expect(shell.called[0].stdin).toMatch(/^#!\/bin\/bash -l\nmodule load cuda\/12\.4\nexec /);
  });

  it('is submitted once: the job whose number was lost is found by its comment', async () => {
    const shell = shellAnswering({ squeue: { stdout: '16|freezeout:b1|PENDING|Priority||N/A\n' } });
    expect(await slurmLauncher.submit(shell, machine, { ...order, askedMsAgo: 5000 })).toBe('16');
    expect(shell.called).toHaveLength(1);
  });

  it('is not asked for again while the job may still come whose number was lost', async () => {
    const shell = shellAnswering({});
    await expect(slurmLauncher.submit(shell, machine, { ...order, askedMsAgo: 5000 })).rejects.toMatchObject({
      ...{ code: 'unavailable' },
      message: 'Slurm on cluster does not answer (sbatch was asked for a job a moment ago, and it may still come).',
    });
    expect(shell.called).toHaveLength(1);
  });

  it('is submitted again once its job is over', async () => {
    const squeue = { stdout: '16|freezeout:b1|TIMEOUT|TimeLimit|n1|N/A\n' };
    const shell = shellAnswering({ squeue, sbatch: { stdout: '18\n' } });
    expect(await slurmLauncher.submit(shell, machine, { ...order, askedMsAgo: 120_000 })).toBe('18');
  });

  it("is refused with Slurm's own words", async () => {
    const stderr = 'sbatch: error: Batch job submission failed: Invalid partition name specified\n';
    const submitted = slurmLauncher.submit(shellAnswering({ sbatch: { code: 1, stderr } }), machine, order);
    await expect(submitted).rejects.toMatchObject({
      ...{ code: 'bad-request' },
      message:
        'Slurm on cluster does not take the job: sbatch: error: Batch job submission failed: Invalid partition name specified.',
    });
  });

  it('is not refused where the controller is away', async () => {
    const away = { code: 1, stderr: 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n' };
    const noted: boolean[] = [];
    const asked = { ...order, noteAsked: async (mayBeUnderWay: boolean) => void noted.push(mayBeUnderWay) };
    const submit = (answers: Parameters<typeof shellAnswering>[0], askedMsAgo: number | null) =>
      slurmLauncher.submit(shellAnswering(answers), machine, { ...asked, askedMsAgo });
    await expect(submit({ squeue: away }, 5000)).rejects.toMatchObject({ code: 'unavailable' });
    expect(noted).toEqual([]);
    await expect(submit({ sbatch: away }, null)).rejects.toMatchObject({ code: 'unavailable' });
    expect(noted).toEqual([true, false]);
    const unheard = {
      code: 1,
      stderr: 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n',
    };
    await expect(submit({ sbatch: unheard }, null)).rejects.toMatchObject({ code: 'unavailable' });
    expect(noted).toEqual([true, false, true]);
  });

  it('is looked at more closely: unknown, unanswered, or as it stands', async () => {
    const gone = { code: 1, stderr: 'slurm_load_jobs error: Invalid job id specified\n' };
    expect(await slurmLauncher.job(shellAnswering({ scontrol: gone }), machine, '9')).toBeNull();
    const away = { code: 1, stderr: 'slurm_load_jobs error: Unable to contact slurm controller\n' };
    await expect(slurmLauncher.job(shellAnswering({ scontrol: away }), machine, '9')).rejects.toMatchObject({
      ...{ code: 'unavailable' },
    });
  });

  it('is ended for good, unless it is over', async () => {
    const shell = shellAnswering({});
    await slurmLauncher.cancel(shell, machine, '9');
    expect(shell.called[0].script).toBe("scancel '9'");
    const over = { code: 1, stderr: 'scancel: error: Kill job error on job id 9: Invalid job id specified\n' };
    await slurmLauncher.cancel(shellAnswering({ scancel: over }), machine, '9');
  });
});
