import type { Series } from './series.ts';

/** Rate of each layer at the sampled steps, up to its freeze. */
export const learningRate = {
  key: 'learningRate',
  name: 'learning rate',
  aliases: [],
  axis: 'learning rate',
  fileColumn: 'learningRate',
  format: 'number',
  per: 'step',
  of: 'layer',
  better: null,
  isSummarized: false,
  stored: { table: 'steps', column: 'learning_rates', nanBit: 0 },
  chart: null,
} as const satisfies Series;
