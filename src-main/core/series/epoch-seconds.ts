import type { Series } from './series.ts';

/** Training seconds of each epoch. A separate figure draws them as steps, since they drop at freezes. */
export const epochSeconds = {
  key: 'epochSeconds',
  name: 'training time of the epoch',
  aliases: [],
  axis: 'training time of the epoch (s)',
  fileColumn: 'training_seconds',
  format: 'duration',
  per: 'epoch',
  of: 'run',
  better: 'lower',
  isSummarized: false,
  stored: { table: 'epochs', column: 'training_seconds', nanBit: 0 },
  chart: null,
} as const satisfies Series;
