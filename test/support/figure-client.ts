import type { LabClient } from '#contract/client.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';

/** What an exporter asks of a client, answered by a source in memory. */
export function clientOf(source: FigureSource, lines: readonly string[] = []): Pick<LabClient, 'runs' | 'studies'> {
  return {
    studies: {
      show: ({ study }: { study: string }) => source.study(study),
      compare: ({ study }: { study: string }) => source.compare(study),
      export: async () => ({ lines }),
    },
    runs: {
      show: ({ run }: { run: string }) => source.run(run),
      rows: async ({ ids }: { ids: string[] }) => ({ rows: await source.rows(ids), next: null }),
      curves: source.curves,
      stepTimes: ({ run, buckets }: { run: string; buckets: number }) => source.stepTimes(run, buckets),
    },
    // Exports ask for nothing else.
  } as unknown as Pick<LabClient, 'runs' | 'studies'>;
}
