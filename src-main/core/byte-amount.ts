import { badRequest } from './errors.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Bytes of a setting such as "512M"; null where it is not set. Throws a bad request that names an invalid one. */
export function byteAmount(name: string, setting: string | undefined): number | null {
  if (setting === undefined || setting === '') return null;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(setting) ?? [];
  if (amount === undefined) {
    throw badRequest(`${name} is "${setting}": give bytes, or a number with K, M or G, such as 512M.`);
  }
  return Math.floor(Number(amount) * UNITS[unit.toUpperCase()]);
}

/** "12 MiB"; of less than one, all bytes. */
export function byteText(bytes: number): string {
  const [amount, unit] = bytes < UNITS.M ? [bytes, 'bytes'] : [Math.ceil(bytes / UNITS.M), 'MiB'];
  return `${amount.toLocaleString('en-US')} ${unit}`;
}
