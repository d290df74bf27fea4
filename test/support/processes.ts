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
  const stat = read(`${PROCESSES}/${pid}/stat`);
  if (stat === null) return null;
  // The name before it, in brackets, may hold anything.
  const [letter, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { letter, parent: Number(parent) };
}

function commandOf(pid: number): string {
  return read(`${PROCESSES}/${pid}/cmdline`) ?? '';
}

/** Null where the process ended before it could be read. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
