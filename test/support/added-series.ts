import type { FinishedEpoch, SampledStep, Series } from '#core/series/series.ts';

/** Mean over the classes of the share of their images that is taken for another one: a second error, for tests only. */
export const balancedError = {
  key: 'balancedError',
  name: 'balanced error',
  aliases: ['balance'],
  axis: 'balanced error (%)',
  fileColumn: 'balancedError_percent',
  format: 'percent',
  per: 'epoch',
  of: 'run',
  better: 'lower',
  isSummarized: true,
  stored: 'metrics',
  chart: { title: 'Balanced error', place: 60 },
  measure({ validation }: FinishedEpoch) {
    if (validation === null) return null;
    const classes = Math.sqrt(validation.confusion.length);
    const errors = Array.from({ length: classes }, (_, label) => {
      const row = validation.confusion.subarray(label * classes, (label + 1) * classes);
      const count = row.reduce((sum, images) => sum + images, 0);
      return count === 0 ? 0 : 1 - row[label] / count;
    });
    return errors.reduce((sum, error) => sum + error, 0) / classes;
  },
} as const satisfies Series;

/** Largest weight of each layer that still trains, at the sampled steps. */
export const largestWeight = {
  key: 'largestWeight',
  name: 'largest weight',
  aliases: [],
  axis: 'largest weight',
  fileColumn: 'largestWeight',
  format: 'number',
  per: 'step',
  of: 'layer',
  better: null,
  isSummarized: false,
  stored: 'metrics',
  chart: { title: 'Largest weight of each layer', place: 70 },
  measure({ plan, frozenLayers, session }: SampledStep) {
    const weights = session.weights();
    return plan.descriptions.map(({ index, variables }) =>
      index < frozenLayers
        ? null
        : Math.max(...variables.flatMap(({ name }) => [...(weights.get(name) ?? [])].map(Math.abs))),
    );
  },
} as const satisfies Series;
