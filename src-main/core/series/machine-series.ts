import type { MachineUse } from '#core/training/machine-use.ts';
import type { FinishedEpoch, Series } from './series.ts';

const MEAN = {
  aliases: [],
  format: 'number',
  per: 'epoch',
  of: 'run',
  better: null,
  isSummarized: false,
  stored: 'metrics',
} as const;

const GIGABYTE = 1e9;

/** A number of the machine's use, or null where it is not known. */
function used(of: (machine: MachineUse) => number | null | undefined) {
  return ({ machine }: FinishedEpoch): number | null => of(machine) ?? null;
}

function inGigabytes(bytes: number | null | undefined): number | null {
  return bytes === null || bytes === undefined ? null : bytes / GIGABYTE;
}

/** Share of the time of all cores of the machine in which any program computed. */
export const processorUse = {
  ...MEAN,
  key: 'processorUse',
  name: 'processor use',
  axis: 'use (%)',
  fileColumn: 'processorUse_percent',
  format: 'percent',
  measure: used(({ processorUse }) => processorUse),
  chart: { title: 'Processor use, all programs', place: 110, tab: 'machine' },
} as const satisfies Series;

export const trainerMemory = {
  ...MEAN,
  key: 'trainerMemory',
  name: 'memory of the trainer',
  axis: 'memory (GB)',
  fileColumn: 'trainerMemory_GB',
  measure: used(({ trainerMemory }) => inGigabytes(trainerMemory)),
  chart: { title: 'Memory of the trainer', place: 120, tab: 'machine' },
} as const satisfies Series;

export const machineMemory = {
  ...MEAN,
  key: 'machineMemory',
  name: 'memory in use',
  axis: 'memory (GB)',
  fileColumn: 'machineMemory_GB',
  measure: used(({ machineMemory }) => inGigabytes(machineMemory)),
  chart: { title: 'Memory in use, all programs', place: 130, tab: 'machine' },
} as const satisfies Series;

export const processorWatts = {
  ...MEAN,
  key: 'processorWatts',
  name: 'power of the processors',
  axis: 'power (W)',
  fileColumn: 'processorPower_W',
  measure: used(({ processorWatts }) => processorWatts),
  chart: { title: 'Power of the processors', place: 140, tab: 'machine' },
} as const satisfies Series;

export const gpuUse = {
  ...MEAN,
  key: 'gpuUse',
  name: 'GPU use',
  axis: 'use (%)',
  fileColumn: 'gpuUse_percent',
  format: 'percent',
  measure: used(({ gpu }) => gpu?.use),
  chart: { title: 'GPU use', place: 150, tab: 'machine' },
} as const satisfies Series;

export const gpuMemory = {
  ...MEAN,
  key: 'gpuMemory',
  name: 'GPU memory in use',
  axis: 'memory (GB)',
  fileColumn: 'gpuMemory_GB',
  measure: used(({ gpu }) => inGigabytes(gpu?.memory)),
  chart: { title: 'GPU memory in use', place: 160, tab: 'machine' },
} as const satisfies Series;

export const gpuTemperature = {
  ...MEAN,
  key: 'gpuTemperature',
  name: 'GPU temperature',
  axis: 'GPU (°C)',
  fileColumn: 'gpuTemperature_C',
  measure: used(({ gpu }) => gpu?.celsius),
  chart: { title: 'GPU temperature', place: 170, tab: 'machine' },
} as const satisfies Series;

export const gpuWatts = {
  ...MEAN,
  key: 'gpuWatts',
  name: 'power of the GPU',
  axis: 'power (W)',
  fileColumn: 'gpuPower_W',
  measure: used(({ gpu }) => gpu?.watts),
  chart: { title: 'Power of the GPU', place: 180, tab: 'machine' },
} as const satisfies Series;
