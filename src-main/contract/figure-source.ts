import type { FigureSource } from '#core/figure/built-figure.ts';
import type { LabClient } from './client.ts';
import { MOST_CURVES, MOST_ROWS } from './runs.ts';

/** Whatever speaks the contract: the page's client, or one in this process or behind a socket. */
type Client = Pick<LabClient, 'runs' | 'studies'>;

/** Where figures get their numbers from, on the page and in exports alike. Long lists are asked for in parts. */
export function figureSource({ runs, studies }: Client): FigureSource {
  return {
    study: (id) => studies.show({ study: id }),
    compare: (id) => studies.compare({ study: id }),
    run: (id) => runs.show({ run: id }),
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

/** One part after another: the answer to each is short, and others get theirs between two. */
async function inParts<Answer>(
  ids: readonly string[],
  size: number,
  ask: (part: string[]) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < ids.length; start += size) answers.push(await ask(ids.slice(start, start + size)));
  return answers;
}
