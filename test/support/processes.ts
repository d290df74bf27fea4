import { readdirSync, readFileSync } from 'node:fs';

/** Linux's own list of processes: not every machine has `ps`. */
const PROCESSES = '/proc';

/** Whether the process is there and not just waiting to be buried. */
export function isAlive(pid: number): boolean {
  const state = stateOf(pid);
  return state !== null && state.letter !== 'Z';
}

/** The trainers that this program has started and that still run. */
export function trainersOf(hostPid: number | undefined): number[] {
  const pids = readdirSync(PROCESSES).map(Number).filter(Number.isInteger);
  return pids.filter((pid) => stateOf(pid)?.parent === hostPid && commandOf(pid).includes('trainer.ts'));
}

/** The same, of the app: Electron starts them as utility processes. */
export function utilityTrainersOf(hostPid: number | undefined): number[] {
  const pids = readdirSync(PROCESSES).map(Number).filter(Number.isInteger);
  return pids.filter((pid) => stateOf(pid)?.parent === hostPid && commandOf(pid).includes('node.mojom.NodeService'));
}

interface ProcessState {
  readonly letter: string;
  readonly parent: number;
}

/** Null where there is no such process. */
function stateOf(pid: number): ProcessState | null {
  const stat = readProcess(`${PROCESSES}/${pid}/stat`);
  if (stat === null) return null;
  // The name before it, in brackets, may hold anything.
  const [letter, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { letter, parent: Number(parent) };
}

function commandOf(pid: number): string {
  return readProcess(`${PROCESSES}/${pid}/cmdline`) ?? '';
}

/** What the system writes of a process; null where it ended before it could be read. */
export function readProcess(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The most memory that a process has had so far, in megabytes; null where it is gone. */
export function peakMegabytes(pid: number): number | null {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readProcess(`${PROCESSES}/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

/** Ends the groups of processes that this one has started, as a line that breaks would. */
export function endChildren(parent: number | undefined): void {
  const pids = readdirSync(PROCESSES).map(Number).filter(Number.isInteger);
  for (const pid of pids) if (stateOf(pid)?.parent === parent) process.kill(-pid, 'SIGKILL');
}
