import type { RemoteMachine } from '#core/machines/machine.ts';
import { isReady, type MachineFinding, type MachineReport } from '#core/machines/machine-report.ts';
import { type TextColumn, textTable } from './text-table.ts';

const COLUMNS: readonly TextColumn<RemoteMachine>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'where', cell: ({ ssh }) => ssh ?? 'on the spot' },
  { title: 'root', cell: ({ root }) => root },
  { title: 'starts runs by', cell: launcherText },
];

export function machineTable(machines: readonly RemoteMachine[]): string {
  if (machines.length === 0)
    return 'There are no machines yet: add one with `machines add NAME --ssh HOST --root FOLDER`.';
  return textTable(COLUMNS, machines);
}

function launcherText({ slurm, gpus }: RemoteMachine): string {
  if (slurm === undefined) return gpus.length > 0 ? `one at a time on each of GPU ${gpus.join(', ')}` : 'one at a time';
  const { partition, gres, cpus, time } = slurm;
  const settings = [partition, gres, `${cpus} ${cpus === 1 ? 'core' : 'cores'}`, time];
  return `Slurm: ${settings.filter((setting) => setting !== undefined).join(', ')}`;
}

const SIGNS: Readonly<Record<MachineFinding['state'], string>> = { fine: 'ok', missing: 'missing', note: 'note' };

const FINDINGS: readonly TextColumn<MachineFinding>[] = [
  { title: '', cell: ({ state }) => SIGNS[state] },
  { title: '', cell: ({ what }) => what },
  { title: '', cell: ({ found, mend }) => (mend === null ? found : `${found}: ${mend}`) },
];

/** What a look at a machine has found, and whether runs can train there. */
export function reportText(report: MachineReport): string {
  const [, ...lines] = textTable(FINDINGS, report.findings).split('\n');
  const verdict = isReady(report) ? 'Runs can train there.' : 'Runs cannot train there yet.';
  return [`${report.machine}`, ...lines.map((line) => `  ${line}`), `  ${verdict}`].join('\n');
}
