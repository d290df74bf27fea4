import { toJson } from '#core/numbers.ts';
import type { EpochRecord } from '#core/records.ts';

/** The value of a measured series at an epoch, as a table has it: a series of layers is a list in JSON. */
export function metricCell(epoch: EpochRecord | undefined, key: string): string | number | null {
  const value = epoch?.metrics?.[key] ?? null;
  return value === null || typeof value === 'number' ? value : toJson(value);
}
