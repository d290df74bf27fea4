import type { Series } from './series.ts';

/** Loss of the sampled batches, before their update. */
export const stepLoss = {
  key: 'stepLoss',
  name: 'loss of sampled steps',
  aliases: [],
  axis: 'batch loss',
  fileColumn: 'stepLoss',
  format: 'loss',
  per: 'step',
  of: 'run',
  better: 'lower',
  isSummarized: false,
  stored: { table: 'steps', column: 'loss', nanBit: 1 },
  chart: { title: 'Loss of sampled batches', place: 50 },
} as const satisfies Series;
