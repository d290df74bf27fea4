import type { TrainingConditions } from '#core/run-event.ts';
import type { GpuMeter, MachineUse } from './machine-use.ts';

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
  /** Energy that the processors have taken, in joules. */
  readonly joules: number | null;
}

/** Bytes of memory at one moment. */
export interface MemoryReading {
  /** Of this process. */
  readonly own: number | null;
  /** Of the machine, without what can be given to other programs. */
  readonly used: number | null;
}

/** The machine's counters; each call reads a few small files of the system. */
export interface Machine {
  read(): MachineReading;
  /** Mean frequency of the cores at this moment. */
  frequencyMHz(): number | null;
  memory(): MemoryReading;
  /** Logical processors of the whole machine. */
  readonly cores: number;
}

/**
 * Systems count processor time in ticks of 10 ms per core: over a shorter time, one tick more or less would look like
 * a noticeable load.
 */
const SHORTEST_SECONDS = 0.5;

/** Counters of energy move once a millisecond or so. */
const SHORTEST_POWER_SECONDS = 0.1;

/** Watches a machine while an epoch trains: what else it does, and how much of it is used. */
export class ConditionsMeter {
  readonly #machine: Machine;
  readonly #gpu: GpuMeter;
  #start: MachineReading;
  /** The last reading, at the end of an epoch. */
  #end: MachineReading;

  constructor(machine: Machine, gpu: GpuMeter) {
    this.#machine = machine;
    this.#gpu = gpu;
    this.#start = machine.read();
    this.#end = this.#start;
  }

  begin(): void {
    this.#start = this.#machine.read();
    this.#gpu.begin();
  }

  /** How much of the machine was used from the last `begin` to the last `read`. */
  use(): MachineUse {
    const end = this.#end;
    const { own, used } = this.#machine.memory();
    const seconds = end.at - this.#start.at;
    const busy = increase(this.#start.busy, end.busy);
    const joules = increase(this.#start.joules, end.joules);
    return {
      // Ticks may add up to a little more than the time that passed.
      processorUse:
        busy === null || seconds < SHORTEST_SECONDS ? null : Math.min(1, busy / (seconds * this.#machine.cores)),
      trainerMemory: own,
      machineMemory: used,
      processorWatts: joules === null || seconds < SHORTEST_POWER_SECONDS ? null : joules / seconds,
      gpu: this.#gpu.read(),
    };
  }

  /** Conditions since the last `begin`. */
  read(): TrainingConditions {
    const end = this.#machine.read();
    this.#end = end;
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
