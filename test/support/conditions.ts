import type { TrainingConditions } from '#core/run-event.ts';
import type { Machine, MachineReading } from '#core/training/conditions.ts';
import { ConditionsMeter } from '#core/training/conditions.ts';
import { NO_GPU } from '#core/training/machine-use.ts';

/** As a system reports that tells nothing. */
export const UNKNOWN_CONDITIONS: TrainingConditions = {
  otherLoad: null,
  throttledSeconds: null,
  thermalThrottles: null,
  frequencyMHz: null,
};

const NOTHING_KNOWN: MachineReading = {
  at: 0,
  busy: null,
  own: 0,
  throttled: null,
  thermalThrottles: null,
  joules: null,
};

/** A machine with these readings, one after the other, and the last one again and again. */
export function scriptedMachine(readings: readonly Partial<MachineReading>[], frequencyMHz: number | null): Machine {
  let next = 0;
  return {
    read: () => ({ ...NOTHING_KNOWN, ...readings[Math.min(next++, readings.length - 1)] }),
    frequencyMHz: () => frequencyMHz,
    memory: () => ({ own: null, used: null }),
    cores: 2,
  };
}

/** Of a machine of which nothing is known. */
export function blindMeter(): ConditionsMeter {
  return new ConditionsMeter(scriptedMachine([NOTHING_KNOWN], null), NO_GPU);
}
