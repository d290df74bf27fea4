import { describe, expect, it } from 'vitest';
import { machineSchema, machinesSchema } from '#core/machines/machine.ts';
import { launcherKind } from '#core/machines/ports.ts';
import { parse } from '#core/validation.ts';

const box = { name: 'gpubox', ssh: 'gpubox', root: '~/.freezeout-lab' };
const slurm = {
  partition: 'gpu',
  account: 'vision',
  gres: 'gpu:a100:1',
  cpus: 8,
  memory: '32G',
  time: '08:00:00',
  options: ['--qos=low', '--constraint=[a100|h100]'],
  before: ['module load cuda/12.4'],
};
const cluster = { name: 'cluster', ssh: 'me@login.uni.edu', root: '/scratch/me/freezeout', slurm };

function said(machine: unknown): string {
  try {
    parse(machinesSchema, { machines: [machine] }, 'machines.json');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'taken';
}

describe('a machine', () => {
  it('is a box, or has Slurm with its settings', () => {
    expect(machineSchema.parse(box)).toEqual({ ...box, datasets: {}, gpus: [] });
    expect(machineSchema.parse(cluster)).toEqual({ ...cluster, datasets: {}, gpus: [] });
    expect(machineSchema.parse({ ...cluster, ssh: null, slurm: {} }).slurm).toEqual({
      ...{ cpus: 1, options: [], before: [] },
    });
    expect([box, cluster].map((one) => launcherKind(machineSchema.parse(one)))).toEqual(['box', 'slurm']);
  });

  it.each([
    ['another name', { ...box, name: 'here' }],
    ['letters, digits', { ...box, name: '-o' }],
    ['letters, digits', { ...box, name: 'a b' }],
    ['a host as ssh takes it', { ...box, ssh: '-oProxyCommand=true' }],
    ['a host as ssh takes it', { ...box, ssh: 'host\nother' }],
    ['must begin with /', { ...box, root: 'relative' }],
    ['must begin with /', { ...box, datasets: { cifar10: 'data' } }],
    ['one line', { ...box, root: '/a\nb' }],
    ['a number or a UUID', { ...box, gpus: ['0; rm'] }],
    ['is not known', { ...box, password: 'secret' }],
  ])('is refused with "%s"', (words, machine) => {
    expect(said(machine)).toContain(words);
  });

  it.each([
    ['one word', { partition: 'gpu\n#SBATCH --array=1-9' }],
    ['one word', { account: 'a"b' }],
    ['a time of Slurm', { time: '8h' }],
    ['megabytes', { memory: '32 GB' }],
    ['one line', { before: ['module load cuda\nrm x'] }],
    ['one line', { options: ['--qos=a\nb'] }],
    ['a long option', { options: ['-p gpu'] }],
    ['a long option', { options: ['rm'] }],
    ['give it as "partition"', { options: ['--partition=gpu'] }],
    ['give it as "time"', { options: ['--tim=1'] }],
    ['our own jobs need', { options: ['--no-requeue'] }],
    ['our own jobs need', { options: ['--expor=ALL'] }],
    ['our own jobs need', { options: ['--comment=mine'] }],
    ['our own jobs need', { options: ['--array=0-3'] }],
  ])('is refused with "%s" among what it says of Slurm', (words, change) => {
    expect(said({ ...cluster, slurm: { ...slurm, ...change } })).toContain(words);
  });

  it('takes every form of a time that Slurm takes', () => {
    for (const time of ['30', '30:00', '08:00:00', '2-12', '2-12:30', '2-12:30:00'])
      expect(said({ ...cluster, slurm: { ...slurm, time } })).toBe('taken');
  });

  it('has a name that no other has', () => {
    expect(machinesSchema.safeParse({ machines: [box, cluster] }).success).toBe(true);
    expect(machinesSchema.safeParse({ machines: [box, box] }).success).toBe(false);
  });
});
