import type { Series } from './series.ts';

export const validationError = {
  key: 'validationError',
  name: 'validation error',
  aliases: [],
  axis: 'validation error (%)',
  fileColumn: 'validationError_percent',
  format: 'percent',
  per: 'epoch',
  of: 'run',
  better: 'lower',
  isSummarized: true,
  stored: { table: 'epochs', column: 'validation_error', nanBit: 4 },
  chart: { title: 'Validation error', place: 10 },
} as const satisfies Series;
