import { percent } from '#core/analysis/quantity.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { CacheOutcome } from '#core/training/prefix/cache-report.ts';
import { cacheReport } from '#core/training/prefix/cache-report.ts';
import { bytes, count, duration } from './format.ts';

/** A freeze depth as its row shows it. */
export interface CacheRow {
  readonly frozenLayers: number;
  readonly place: string;
  readonly images: string;
  readonly size: string;
  readonly predicted: string;
  readonly reason: string;
}

export interface CacheText {
  readonly rows: readonly CacheRow[];
  /** One sentence; null before the first part of the run has ended. */
  readonly outcome: string | null;
}

const PLACES = { memory: 'in memory', disk: 'on disk', none: 'nowhere' } as const;

/** Null where no layer has frozen yet, or the run is older than the cache. */
export function cacheText(history: readonly RunEvent[]): CacheText | null {
  const report = cacheReport(history);
  if (report === null) return null;
  const rows = report.decisions.map(({ depth, place, images, bytes: size, predictedSaved, reason }) => ({
    frozenLayers: depth,
    place: PLACES[place],
    images: count(images),
    size: bytes(size),
    predicted: duration(predictedSaved),
    reason,
  }));
  return { rows, outcome: report.outcome === null ? null : outcomeText(report.outcome) };
}

/** "It saved 9.4 s (11 s predicted): for 86 % of the images read, what frozen layers gave was kept." */
export function outcomeText({ images, kept, saved, predictedSaved }: CacheOutcome): string {
  if (kept === 0 || images === 0) return 'The output of frozen layers was kept for no image.';
  const share = percent(kept / images, 0);
  return `It saved ${duration(saved)} (${duration(predictedSaved)} predicted): for ${share} of the images read, what frozen layers gave was kept.`;
}
