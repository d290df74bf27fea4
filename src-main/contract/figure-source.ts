import type { FigureSource } from '#core/figure/built-figure.ts';
import type { LabClient } from './client.ts';
import { MOST_CURVES, MOST_ROWS } from './runs.ts';

/** Any client of the contract: the page's, or one in this process or behind a socket. */
type Client = Pick<LabClient, 'runs' | 'studies'>;

/** The source of the numbers of figures, on the page and in exports. Long lists are read in parts. */
export function figureSource({ runs, studies }: Client): FigureSource {
  return {
    study: (id) => studies.show({ study: id }),
    compare: (id) => studies.compare({ study: id }),
    classCosts: (id) => studies.classCosts({ study: id }),
    run: (id) => runs.show({ run: id }),
    predictions: (id) => runs.predictions({ run: id }),
    async rows(ids) {
      const pages = await inParts(ids, MOST_ROWS, (part) => runs.rows({ ids: part, limit: MOST_ROWS }));
      const found = new Map(pages.flatMap((page) => page.rows).map((row) => [row.id, row]));
      return ids.flatMap((id) => found.get(id) ?? []);
    },
    async curves({ runs: ids, ...query }) {
      const parts = await inParts(ids, MOST_CURVES, (part) => runs.curves({ runs: part, ...query }));
      return parts.flat();
    },
    stepTimes: (id, buckets) => runs.stepTimes({ run: id, buckets }),
  };
}

/** Asks for one part after another: each answer is short, so other requests are answered in between. */
async function inParts<Answer>(
  ids: readonly string[],
  size: number,
  ask: (part: string[]) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < ids.length; start += size) answers.push(await ask(ids.slice(start, start + size)));
  return answers;
}
