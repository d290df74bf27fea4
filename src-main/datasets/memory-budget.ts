import { freemem } from 'node:os';
import { badRequest } from '#core/errors.ts';

const GIBIBYTE = 2 ** 30;
/** Of the free memory: the rest is the network's. */
const FREE_SHARE = 4;

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: GIBIBYTE };

/**
 * The most bytes of pixels that a data set may hold in memory; a larger one stays on disk. `FREEZEOUT_LAB_MEMORY` (bytes,
 * or with K, M or G: "512M") overrides the default, 1 GiB or a quarter of the free memory. What is trained does not
 * depend on it. Throws a bad request for a setting that is no amount.
 */
export function memoryBudget(setting = process.env.FREEZEOUT_LAB_MEMORY): number {
  if (setting === undefined || setting === '') return Math.min(GIBIBYTE, Math.floor(freemem() / FREE_SHARE));
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(setting) ?? [];
  if (amount === undefined) {
    throw badRequest(`FREEZEOUT_LAB_MEMORY is "${setting}": give bytes, or a number with K, M or G, such as 512M.`);
  }
  return Math.floor(Number(amount) * UNITS[unit.toUpperCase()]);
}
