import type { Series } from './series.ts';

export const trainLoss = {
  key: 'trainLoss',
  name: 'train loss',
  aliases: [],
  axis: 'training loss',
  fileColumn: 'trainLoss',
  format: 'loss',
  per: 'epoch',
  of: 'run',
  better: 'lower',
  isSummarized: true,
  stored: { table: 'epochs', column: 'train_loss', nanBit: 1 },
  chart: { title: 'Training loss', place: 20 },
} as const satisfies Series;
