import type { TrainingConditions } from '#core/run-event.ts';

/** A system's counters, in seconds since some moment; null where the system does not have the counter. */
export interface MachineReading {
  /** The time, on a clock that never goes back. */
  readonly at: number;
  /** Processor time of all processes on all cores. */
  readonly busy: number | null;
  /** Processor time of this process, with all its threads. */
  readonly own: number;
  /** Time for which a quota held threads back. */
  readonly throttled: number | null;
  /** How often cores were slowed down because they were too hot. */
  readonly thermalThrottles: number | null;
}

/** The machine's counters; each call reads a few small files of the system. */
export interface Machine {
  read(): MachineReading;
  /** Mean frequency of the cores at this moment. */
  frequencyMHz(): number | null;
}

/**
 * Systems count processor time in ticks of 10 ms per core: over a shorter time, one tick more or less would look like
 * a noticeable load.
 */
const SHORTEST_SECONDS = 0.5;

/** Watches what else a machine does while an epoch trains. */
export class ConditionsMeter {
  readonly #machine: Machine;
  #start: MachineReading;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#start = machine.read();
  }

  begin(): void {
    this.#start = this.#machine.read();
  }

  /** Conditions since the last `begin`. */
  read(): TrainingConditions {
    const end = this.#machine.read();
    return {
      otherLoad: otherLoad(this.#start, end),
      throttledSeconds: increase(this.#start.throttled, end.throttled),
      thermalThrottles: increase(this.#start.thermalThrottles, end.thermalThrottles),
      frequencyMHz: this.#machine.frequencyMHz(),
    };
  }
}

/** Cores that processes other than this one kept busy, on average; null over a time that is too short to tell. */
function otherLoad(start: MachineReading, end: MachineReading): number | null {
  const seconds = end.at - start.at;
  const busy = increase(start.busy, end.busy);
  if (busy === null || seconds < SHORTEST_SECONDS) return null;
  return Math.max(0, busy - (end.own - start.own)) / seconds;
}

/** Never negative: some counters are taken back by a few ticks when a core goes to sleep. */
function increase(start: number | null, end: number | null): number | null {
  return start === null || end === null ? null : Math.max(0, end - start);
}
