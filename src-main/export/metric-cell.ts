import { toJson } from '#core/numbers.ts';
import type { EpochRecord } from '#core/records.ts';

/** The cell of a measured series at an epoch; the values of a series of layers are a JSON list. */
export function metricCell(epoch: EpochRecord | undefined, key: string): string | number | null {
  const value = epoch?.metrics?.[key] ?? null;
  return value === null || typeof value === 'number' ? value : toJson(value);
}
