/** Quantities as people read them on the page. Fractions and points are in core/analysis/quantity.ts. */

import { decimal, UNKNOWN } from '#core/analysis/quantity.ts';
import { isMoment, noDateText } from '#core/ranges.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A narrow space that no line breaks at. */
const THIN_SPACE = '\u202f';

/** "0.42 s", "4.2 s", "45 s", "3 min 45 s", "2 h 5 min", "3 d 4 h": two units at most, none that says nothing. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return UNKNOWN;
  const positive = Math.max(0, seconds);
  if (positive < 0.995) return `${decimal(positive, positive === 0 ? 0 : 2)} s`;
  if (positive < 9.95) return `${decimal(positive, 1)} s`;
  if (Math.round(positive) < MINUTE) return `${Math.round(positive)} s`;
  if (Math.round(positive) < HOUR) return inUnits(Math.round(positive), { size: MINUTE, name: 'min' }, 's');
  const minutes = Math.round(positive / MINUTE);
  if (minutes * MINUTE < DAY) return inUnits(minutes, { size: 60, name: 'h' }, 'min');
  return inUnits(Math.round(positive / HOUR), { size: 24, name: 'd' }, 'h');
}

function inUnits(count: number, whole: { readonly size: number; readonly name: string }, part: string): string {
  const rest = count % whole.size;
  const text = `${Math.floor(count / whole.size)} ${whole.name}`;
  return rest === 0 ? text : `${text} ${rest} ${part}`;
}

/** "less than a minute left", "4 min left", "2 h 5 min left": no finer than an estimate is worth. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return 'time left not known yet';
  if (seconds < MINUTE) return 'less than a minute left';
  return `${duration(Math.round(seconds / MINUTE) * MINUTE)} left`;
}

/** "70.1 ms", "0.85 ms", "1.2 s": the time of one step. */
export function milliseconds(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN;
  if (ms >= 1000) return duration(ms / 1000);
  return `${decimal(ms, ms < 1 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

/** "just now", "5 min ago", "3 h ago", "yesterday", "4 days ago", then the date. Both in ms since 1970. */
export function relativeMoment(moment: number | null, now: number): string {
  if (moment === null) return UNKNOWN;
  if (!isMoment(moment)) return noDateText(moment);
  const seconds = (now - moment) / 1000;
  if (seconds < -MINUTE) return absoluteMoment(moment);
  if (seconds < MINUTE) return 'just now';
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  const days = dayOf(now) - dayOf(moment);
  if (days === 0 || seconds < 6 * HOUR) return `${Math.floor(seconds / HOUR)} h ago`;
  if (days === 1) return 'yesterday';
  return days < 7 ? `${days} days ago` : absoluteMoment(moment).slice(0, 10);
}

/** Local time: "2026-11-24 11:05:33". */
export function absoluteMoment(moment: number | null): string {
  if (moment === null) return UNKNOWN;
  if (!isMoment(moment)) return noDateText(moment);
  return localIso(moment).slice(0, 19).replace('T', ' ');
}

/** For the attribute of a `<time>`; undefined where the moment is no date. */
export function machineMoment(moment: number): string | undefined {
  return isMoment(moment) ? new Date(moment).toISOString() : undefined;
}

function dayOf(moment: number): number {
  return Date.parse(localIso(moment).slice(0, 10)) / (DAY * 1000);
}

function localIso(moment: number): string {
  const minutesBehind = new Date(moment).getTimezoneOffset();
  return new Date(moment - minutesBehind * MINUTE * 1000).toISOString();
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** "512 B", "1.3 MB": units of a thousand. */
export function bytes(count: number | null): string {
  if (count === null) return UNKNOWN;
  let [value, unit] = [count, 0];
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${decimal(value, unit === 0 || value >= 99.5 ? 0 : 1)} ${BYTE_UNITS[unit]}`;
}

/** "12 345", its groups apart by thin spaces. */
export function count(value: number | null): string {
  if (value === null) return UNKNOWN;
  const [whole = '', ...fraction] = decimal(value, Number.isInteger(value) ? 0 : 1).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE), ...fraction].join('.');
}

/** "1 run", "12 runs": `many` where the plural is not the noun with an s. */
export function counted(value: number, noun: string, many = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : many}`;
}
