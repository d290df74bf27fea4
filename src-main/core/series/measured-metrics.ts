import type { Metrics } from '#core/run-event.ts';
import { RECORDED_SERIES } from './recorded-series.ts';
import type { FinishedEpoch, SampledStep, Series, SeriesValue } from './series.ts';

const ALL: readonly Series[] = RECORDED_SERIES;

/** The values that measured series add to the event of an epoch. */
export function epochMetrics(epoch: FinishedEpoch): { readonly metrics?: Metrics } {
  return metricsOf((series) => (series.stored === 'metrics' && series.per === 'epoch' ? series.measure(epoch) : null));
}

/** The values that measured series add to the event of a sampled step. */
export function stepMetrics(step: SampledStep): { readonly metrics?: Metrics } {
  return metricsOf((series) => (series.stored === 'metrics' && series.per === 'step' ? series.measure(step) : null));
}

/** An event without metrics has no such member, like the events of older versions. */
function metricsOf(measure: (series: Series) => SeriesValue | null): { readonly metrics?: Metrics } {
  const values = ALL.flatMap((series): [string, Metrics[string]][] => {
    const value = measure(series);
    return value === null ? [] : [[series.key, typeof value === 'number' ? value : [...value]]];
  });
  return values.length === 0 ? {} : { metrics: Object.fromEntries(values) };
}
