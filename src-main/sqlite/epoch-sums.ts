import type { Database } from 'better-sqlite3';
import type { ConditionColumns } from './condition-columns.ts';
import type { PhaseColumns } from './phase-columns.ts';

type EpochRow = PhaseColumns & ConditionColumns & { readonly epoch: number };

/** What the epochs of a run come to: seconds and delays are sums, load and frequency means weighted by training time. */
export interface EpochTotals extends PhaseColumns, ConditionColumns {}

/** The sums over the epochs of a run up to one of them. */
interface Sums {
  readonly run: number;
  epoch: number;
  readonly training: Sum;
  readonly evaluation: Sum;
  readonly checkpoint: Sum;
  readonly throttled: Sum;
  readonly thermal: Sum;
  readonly load: WeightedMean;
  readonly frequency: WeightedMean;
}

/**
 * Sums over the epochs of a run, kept from one epoch to the next within a transaction: adding all of them up at each epoch would take
 * quadratic time in an import.
 */
export class EpochSums {
  readonly #rows;
  #sums: Sums | null = null;

  constructor(database: Database) {
    this.#rows = database.prepare<[number, number, number], EpochRow>(`
      SELECT epoch, training_seconds, evaluation_seconds, checkpoint_seconds, other_load, throttled_seconds,
        thermal_throttles, frequency_mhz
      FROM epochs WHERE run_id = ? AND epoch > ? AND epoch <= ? ORDER BY epoch`);
  }

  /** Forgets what was summed: the rows may have changed. */
  forget(): void {
    this.#sums = null;
  }

  /** The totals after this epoch, whose row has just been stored; a row of an earlier epoch changes only through this method. */
  upTo(run: number, epoch: number): EpochTotals {
    const known = this.#sums !== null && this.#sums.run === run && this.#sums.epoch < epoch ? this.#sums : null;
    const sums = known ?? newSums(run);
    for (const row of this.#rows.iterate(run, sums.epoch, epoch)) addRow(sums, row);
    sums.epoch = epoch;
    this.#sums = sums;
    return totalsOf(sums);
  }
}

function newSums(run: number): Sums {
  return {
    ...{ run, epoch: 0, training: new Sum(), evaluation: new Sum(), checkpoint: new Sum() },
    ...{ throttled: new Sum(), thermal: new Sum(), load: new WeightedMean(), frequency: new WeightedMean() },
  };
}

function addRow(sums: Sums, row: EpochRow): void {
  sums.training.add(row.training_seconds);
  sums.evaluation.add(row.evaluation_seconds);
  sums.checkpoint.add(row.checkpoint_seconds);
  sums.throttled.add(row.throttled_seconds);
  sums.thermal.add(row.thermal_throttles);
  sums.load.add(row.other_load, row.training_seconds);
  sums.frequency.add(row.frequency_mhz, row.training_seconds);
}

function totalsOf(sums: Sums): EpochTotals {
  return {
    training_seconds: sums.training.value ?? 0,
    evaluation_seconds: sums.evaluation.value ?? 0,
    checkpoint_seconds: sums.checkpoint.value ?? 0,
    other_load: sums.load.value,
    throttled_seconds: sums.throttled.value,
    thermal_throttles: sums.thermal.value,
    frequency_mhz: sums.frequency.value,
  };
}

/** Adds up as `sum()` of SQLite does, by Kahan, Babuska and Neumaier, so that both give the same bits; null without a value. */
class Sum {
  #sum = 0;
  #lost = 0;
  #hasValue = false;

  get value(): number | null {
    return this.#hasValue ? this.#sum + this.#lost : null;
  }

  add(value: number | null): void {
    if (value === null) return;
    const next = this.#sum + value;
    this.#lost += Math.abs(this.#sum) > Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
    this.#hasValue = true;
  }
}

/** The mean of the values that are known, null where none is. */
class WeightedMean {
  readonly #values = new Sum();
  readonly #weights = new Sum();

  get value(): number | null {
    const { value: weight } = this.#weights;
    return weight === null || weight === 0 ? null : (this.#values.value ?? 0) / weight;
  }

  add(value: number | null, weight: number): void {
    this.#values.add(value === null ? null : value * weight);
    this.#weights.add(value === null ? null : weight);
  }
}
