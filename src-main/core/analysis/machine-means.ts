import type { EpochRecord } from '#core/records.ts';
import type { Series } from '#core/series/series.ts';
import { factorOf, MACHINE_SERIES } from '#core/series/series-lists.ts';
import { energyOfEpochs, energyText, powerWords } from './energy.ts';
import { decimal } from './quantity.ts';

type MeteredEpoch = Pick<EpochRecord, 'metrics' | 'seconds'>;

/** What a run took of the machine: the mean of a series over the epochs that have it, weighted by their training time. */
export interface MachineMean {
  readonly series: Series;
  readonly mean: number;
}

/** The means of all series of the machine that were measured, in the order of their charts. */
export function machineMeans(epochs: readonly MeteredEpoch[]): readonly MachineMean[] {
  return MACHINE_SERIES.flatMap((series) => {
    let [sum, weights] = [0, 0];
    for (const { metrics, seconds } of epochs) {
      const value = metrics?.[series.key];
      if (typeof value !== 'number') continue;
      sum += value * seconds.training;
      weights += seconds.training;
    }
    return weights === 0 ? [] : [{ series, mean: sum / weights }];
  });
}

/** "87 %", "1.9 GB", "61 °C", "243 W": the unit is the one that the axis of the series names. */
export function meanText({ series, mean }: MachineMean): string {
  const unit = /\((.+)\)$/.exec(series.axis)?.[1] ?? '';
  const value = factorOf(series) * mean;
  return `${decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`.trim();
}

/** "processor use 87.0 %, memory of the trainer 1.90 GB, 0.0123 kWh of processors"; null where nothing was measured. */
export function machineUseText(epochs: readonly MeteredEpoch[]): string | null {
  const means = machineMeans(epochs).map((mean) => `${mean.series.name} ${meanText(mean)}`);
  const energy = energyOfEpochs(epochs);
  const taken = energy === null ? [] : [`${energyText(energy.joules)} of ${powerWords(energy.of)}`];
  return means.length === 0 ? null : [...means, ...taken].join(', ');
}
