/** Quantities as the terminal shows them; fractions and the word for unknown values are in core/analysis/quantity.ts. */

import { UNKNOWN } from '#core/analysis/quantity.ts';
import { isMoment, noDateText } from '#core/ranges.ts';

/** "45 s", "8 min", "1 h 20 min": at most two units, and no unit that is zero. */
export function durationText(seconds: number): string {
  if (seconds < 59.5) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** "12,345,678" */
export function countText(value: number): string {
  return value.toLocaleString('en-US');
}

/** Local time to the minute. */
export function moment(milliseconds: number | null): string {
  if (milliseconds === null) return UNKNOWN;
  if (!isMoment(milliseconds)) return noDateText(milliseconds);
  const date = new Date(milliseconds);
  const local = new Date(milliseconds - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
