import { readdirSync } from 'node:fs';
import { readProcess } from './processes.ts';

const NANOSECONDS_A_MS = 1e6;

export interface TimedProcesses {
  /** Those that live now. */
  readonly pids: () => readonly number[];
  readonly lookEveryMs: number;
  /** Called after each look. */
  readonly onLook?: (time: OwnTime) => void;
}

/** What a thread has done since it began, in milliseconds. */
interface ThreadTimes {
  readonly computed: number;
  /** Ready, but without a processor. */
  readonly delayed: number;
}

/**
 * The time that processes take for themselves: time in which a thread was ready and had no processor says how busy the machine is, and is
 * left out, unless another thread computed meanwhile. Where the system does not tell of it (Linux does), all time counts.
 */
export class OwnTime {
  ms = 0;
  readonly #processes: TimedProcesses;
  readonly #timer: NodeJS.Timeout;
  readonly #begun = performance.now();
  #lookedAt = this.#begun;
  #threads = new Map<string, ThreadTimes>();

  constructor(processes: TimedProcesses) {
    this.#processes = processes;
    this.#timer = setInterval(() => {
      this.#look();
      processes.onLook?.(this);
    }, processes.lookEveryMs);
  }

  /** All the time so far. */
  get wallMs(): number {
    return performance.now() - this.#begun;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    const now = performance.now();
    const threads = threadsOf(this.#processes.pids());
    const most = { computed: 0, delayed: 0 };
    for (const [thread, { computed, delayed }] of threads) {
      const before = this.#threads.get(thread) ?? { computed: 0, delayed: 0 };
      most.computed = Math.max(most.computed, computed - before.computed);
      most.delayed = Math.max(most.delayed, delayed - before.delayed);
    }
    this.ms += Math.max(most.computed, now - this.#lookedAt - most.delayed);
    this.#threads = threads;
    this.#lookedAt = now;
  }
}

function threadsOf(pids: readonly number[]): Map<string, ThreadTimes> {
  const paths = pids.flatMap((pid) => entriesOf(`/proc/${pid}/task`));
  return new Map(paths.map((path) => [path, timesOf(path)]));
}

function timesOf(thread: string): ThreadTimes {
  const [computed = '0', delayed = '0'] = (readProcess(`${thread}/schedstat`) ?? '').split(' ');
  return { computed: Number(computed) / NANOSECONDS_A_MS, delayed: Number(delayed) / NANOSECONDS_A_MS };
}

/** None for a process that ended meanwhile. */
function entriesOf(path: string): string[] {
  try {
    return readdirSync(path).map((name) => `${path}/${name}`);
  } catch {
    return [];
  }
}
