import { readdirSync } from 'node:fs';
import { processesOn, textOf } from './soundness.ts';

/** How often it is looked. */
const LOOK_MS = 1000;
/** However busy the machine is, a command that takes so many times its limit is late. */
const MOST_TIMES = 4;
const NANOSECONDS = 1e6;

/**
 * Calls back once a command has taken longer than its limit. Time in which threads on its home were ready and had no processor does not
 * count, since it says how busy the machine is; where the system does not tell of it (Linux does), all time counts.
 */
export class OwnTime {
  readonly #timer: NodeJS.Timeout;
  readonly #home: string;
  readonly #begun = performance.now();
  #lookedAt = this.#begun;
  #delays = new Map<string, number>();
  #ownMs = 0;

  constructor(home: string, limitMs: number, late: () => void) {
    this.#home = home;
    this.#timer = setInterval(() => {
      this.#look();
      if (this.#ownMs > limitMs || this.#lookedAt - this.#begun > MOST_TIMES * limitMs) late();
    }, LOOK_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const delays = delaysOn(this.#home);
    let delayMs = 0;
    for (const [thread, delay] of delays) delayMs += delay - (this.#delays.get(thread) ?? delay);
    this.#ownMs += Math.max(0, now - this.#lookedAt - delayMs);
    this.#delays = delays;
    this.#lookedAt = now;
  }
}

/** The milliseconds for which each thread of the processes on a home has waited for a processor so far. */
function delaysOn(home: string): Map<string, number> {
  const threads = processesOn(home).flatMap((pid) => tasksOf(`/proc/${pid}/task`));
  return new Map(
    threads.map((thread) => [thread, Number(textOf(`${thread}/schedstat`).split(' ')[1] ?? 0) / NANOSECONDS]),
  );
}

/** None for a process that ended meanwhile. */
function tasksOf(path: string): string[] {
  try {
    return readdirSync(path).map((thread) => `${path}/${thread}`);
  } catch {
    return [];
  }
}
