import type { LabClient } from '#contract/client.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';

export interface ClientExtras {
  readonly datasets?: readonly DatasetRecord[];
  /** Of every run. */
  readonly history?: readonly RunEvent[];
}

/** What an exporter asks of a client, answered by a source in memory. */
export function clientOf(
  source: FigureSource,
  { datasets = [], history = [] }: ClientExtras = {},
): Pick<LabClient, 'runs' | 'studies' | 'datasets'> {
  return {
    studies: {
      show: ({ study }: { study: string }) => source.study(study),
      compare: ({ study }: { study: string }) => source.compare(study),
      classCosts: ({ study }: { study: string }) => source.classCosts(study),
    },
    runs: {
      show: ({ run }: { run: string }) => source.run(run),
      predictions: ({ run }: { run: string }) => source.predictions(run),
      rows: async ({ ids }: { ids: string[] }) => ({ rows: await source.rows(ids), next: null }),
      curves: source.curves,
      stepTimes: ({ run, buckets }: { run: string; buckets: number }) => source.stepTimes(run, buckets),
      history: async () => history,
    },
    datasets: { list: async () => datasets },
    // Exports ask for nothing else.
  } as unknown as Pick<LabClient, 'runs' | 'studies' | 'datasets'>;
}
