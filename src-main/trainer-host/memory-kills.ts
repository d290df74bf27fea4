import { readFileSync } from 'node:fs';

/**
 * Tells whether Linux has ended processes because memory ran out since it was made: a signal alone does not say who sent it. Other
 * systems tell nothing, so the answer is no.
 */
export class MemoryKills {
  readonly #before = countOfKills();

  get happened(): boolean {
    return countOfKills() > this.#before;
  }
}

/** Processes that the kernel has ended for want of memory since the machine started, those in containers with them. */
function countOfKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
