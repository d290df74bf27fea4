import type { RunField } from './run-fields.ts';
import { fieldAtEpoch, RUN_FIELDS } from './run-fields.ts';
import type { EpochSeries } from './series/series-lists.ts';
import { EPOCH_SERIES } from './series/series-lists.ts';

export interface AtEpoch {
  readonly series: EpochSeries;
  readonly epoch: number;
}

/** By the keys of the columns that show a series at an epoch, the values of the runs. */
export type ValuesAtEpochs = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The values of runs at an epoch, as the contract gives them. */
interface RunValues {
  readonly runs: readonly string[];
  readonly values: readonly number[];
}

/** Asks for the values of those of these columns that show a series at an epoch. */
export async function valuesAtEpochs(
  keys: readonly string[],
  ask: (atEpoch: AtEpoch) => Promise<RunValues>,
): Promise<ValuesAtEpochs> {
  const asked = keys.flatMap((key) => {
    const atEpoch = atEpochOf(key);
    return atEpoch === null ? [] : [{ key, atEpoch }];
  });
  const columns = asked.map(async ({ key, atEpoch }) => {
    const { runs, values } = await ask(atEpoch);
    return [key, new Map(runs.map((id, index) => [id, values[index]]))] as const;
  });
  return new Map(await Promise.all(columns));
}

const FIELDS = new Map(RUN_FIELDS.map((field) => [field.key, field]));

const AT_EPOCH_FIELDS = EPOCH_SERIES.map((series) => ({
  series,
  field: (epoch: number) => fieldAtEpoch(series, epoch, new Map()),
}));

/** The series and the epoch that the key of such a column names; null for other keys. */
export function atEpochOf(key: string): AtEpoch | null {
  const epoch = Number(/-at-epoch-([1-9]\d{0,5})$/.exec(key)?.[1] ?? Number.NaN);
  if (Number.isNaN(epoch)) return null;
  const series = AT_EPOCH_FIELDS.find(({ field }) => field(epoch).key === key)?.series;
  return series === undefined ? null : { series, epoch };
}

/** The field of a column; null where this version knows none. `values` as far as they have been read. */
export function columnField(key: string, values: ValuesAtEpochs = new Map()): RunField | null {
  const atEpoch = atEpochOf(key);
  if (atEpoch === null) return FIELDS.get(key) ?? null;
  return fieldAtEpoch(atEpoch.series, atEpoch.epoch, values.get(key) ?? new Map());
}
