import type { RemoteMachine } from '#core/machines/machine.ts';
import { isReady, type MachineReport } from '#core/machines/machine-report.ts';
import { counted } from './format.ts';

/** "gpubox, in ~/.freezeout-lab, by Slurm (gpu, gpu:a100:1)" */
export function machineFacts({ ssh, root, slurm, gpus }: RemoteMachine): string {
  const where = ssh ?? 'on the spot';
  if (slurm !== undefined) {
    const settings = [slurm.partition, slurm.gres, slurm.time].filter((setting) => setting !== undefined);
    return `${where}, in ${root}, by Slurm${settings.length === 0 ? '' : ` (${settings.join(', ')})`}`;
  }
  return `${where}, in ${root}${gpus.length === 0 ? '' : `, on ${counted(gpus.length, 'GPU')}`}`;
}

/** How a machine stood when it was last looked at. */
export interface MachineSign {
  readonly sign: string;
  readonly tone: string;
  readonly text: string;
}

export function machineSign(report: MachineReport | null): MachineSign {
  if (report === null) return { sign: '○', tone: 'text-muted', text: 'not checked' };
  if (isReady(report)) return { sign: '●', tone: 'text-good', text: 'ready' };
  const missing = report.findings.filter(({ state }) => state === 'missing').length;
  return { sign: '●', tone: 'text-bad', text: `${counted(missing, 'thing')} missing` };
}
