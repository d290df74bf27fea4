import { z } from 'zod';

// What is recorded of the machine with each epoch, and the ranges that such numbers can have wherever they come from.

/** A share of time. */
const share = z.number().min(0).max(1);
/** Gigabytes of 10^9 bytes: a petabyte at most. */
const gigabytes = z.number().min(0).max(1e6);
/** A megawatt at most. */
const watts = z.number().min(0).max(1e6);
const celsius = z.number().min(-273.15).max(1e4);

/** The range of each series of the machine, by its key. */
export const MACHINE_RANGES: Readonly<Record<string, z.ZodNumber>> = {
  processorUse: share,
  trainerMemory: gigabytes,
  machineMemory: gigabytes,
  processorWatts: watts,
  gpuUse: share,
  gpuMemory: gigabytes,
  gpuTemperature: celsius,
  gpuWatts: watts,
};

/** The series whose energies add up to that of a run, and what each is the power of. */
export const POWER_SERIES = { processorWatts: 'processors', gpuWatts: 'GPU' } as const;
export type PowerSeries = keyof typeof POWER_SERIES;
