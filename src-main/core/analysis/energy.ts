import { POWER_SERIES, type PowerSeries } from '#core/machine-metrics.ts';
import type { EpochRecord } from '#core/records.ts';
import { decimal } from './quantity.ts';

/** What the epochs of a run took of one source of power. */
export interface PowerUse {
  readonly series: PowerSeries;
  /** Epochs in which it was measured. */
  readonly epochs: number;
  /** Mean power of each of these epochs x its training seconds, added up. */
  readonly joules: number;
}

/** The energy that a run took while it trained, by mean power and training time of each epoch. */
export interface RunEnergy {
  readonly joules: number;
  /** What was measured: no others are in it. */
  readonly of: readonly PowerSeries[];
}

const JOULES_A_KWH = 3.6e6;
const ALL = Object.keys(POWER_SERIES) as readonly PowerSeries[];

/** Only what was measured in every one of the run's epochs counts; null where nothing was. */
export function runEnergy(uses: readonly PowerUse[], epochs: number): RunEnergy | null {
  const whole = uses.filter((use) => epochs > 0 && use.epochs === epochs);
  if (whole.length === 0) return null;
  const of = ALL.filter((series) => whole.some((use) => use.series === series));
  return { joules: whole.reduce((sum, use) => sum + use.joules, 0), of };
}

/** The same from the epochs themselves. */
export function energyOfEpochs(epochs: readonly Pick<EpochRecord, 'metrics' | 'seconds'>[]): RunEnergy | null {
  const uses = ALL.map((series): PowerUse => {
    const joules = epochs.flatMap(({ metrics, seconds }) => {
      const watts = metrics?.[series];
      return typeof watts === 'number' ? [watts * seconds.training] : [];
    });
    return { series, epochs: joules.length, joules: joules.reduce((sum, one) => sum + one, 0) };
  });
  return runEnergy(uses, epochs.length);
}

/** 1 - energy of this run / energy of the other; null where the same things were not measured for both, or the other took none. */
export function energySaved(run: RunEnergy | null, other: RunEnergy | null): number | null {
  if (run === null || other === null || other.joules === 0 || run.of.join() !== other.of.join()) return null;
  return 1 - run.joules / other.joules;
}

/** "0.0123 kWh", with three digits that say something. */
export function energyText(joules: number): string {
  const kWh = joules / JOULES_A_KWH;
  const decimals = kWh === 0 ? 0 : Math.min(9, Math.max(0, 2 - Math.floor(Math.log10(kWh))));
  return `${decimal(kWh, decimals)} kWh`;
}

/** "processors and GPU" */
export function powerWords(of: readonly PowerSeries[]): string {
  return of.map((series) => POWER_SERIES[series]).join(' and ');
}
