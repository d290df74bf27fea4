import { freemem } from 'node:os';
import { byteAmount } from '#core/byte-amount.ts';

const GIBIBYTE = 2 ** 30;
/** Pixels may take one part in this many of the free memory; the network needs the rest. */
const FREE_SHARE = 4;

/**
 * The most bytes of pixels that a data set may hold in memory; a larger one stays on disk. `FREEZEOUT_LAB_MEMORY` (bytes,
 * or with K, M or G: "512M") overrides the default: 1 GiB, or a quarter of the free memory if that is less. The budget does
 * not change the results of training. Throws a bad request for a setting that is not a valid amount.
 */
export function memoryBudget(setting = process.env.FREEZEOUT_LAB_MEMORY): number {
  return byteAmount('FREEZEOUT_LAB_MEMORY', setting) ?? Math.min(GIBIBYTE, Math.floor(freemem() / FREE_SHARE));
}
