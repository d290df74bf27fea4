import type { Series } from './series.ts';

export const validationLoss = {
  key: 'validationLoss',
  name: 'validation loss',
  aliases: [],
  axis: 'validation loss',
  fileColumn: 'validationLoss',
  format: 'loss',
  per: 'epoch',
  of: 'run',
  better: 'lower',
  isSummarized: true,
  stored: { table: 'epochs', column: 'validation_loss', nanBit: 2 },
  chart: { title: 'Validation loss', place: 40 },
} as const satisfies Series;
