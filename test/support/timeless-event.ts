import { MACHINE_RANGES } from '#core/machine-metrics.ts';
import type { RunEvent } from '#core/run-event.ts';

/** An event without its number, its times and what it says of the machine: what two trainings of the same spec have in common. */
export function timelessEvent(event: RunEvent) {
  const timeless = { ...event, seq: null, at: null, ms: null, seconds: null, conditions: null };
  if (timeless.type !== 'epoch.finished') return timeless;
  const ofTraining = Object.entries(timeless.metrics ?? {}).filter(([name]) => !(name in MACHINE_RANGES));
  return { ...timeless, metrics: Object.fromEntries(ofTraining) };
}
