import type { RunChart } from '#core/figure/figure-kind.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';

type Chart = RunChart<FigureRequest>;

/** What each chart of a run's page shows, as its reader chose. */
export class RunFigures {
  #changed = $state.raw<Readonly<Record<string, FigureRequest>>>({});

  request({ key, request }: Chart): FigureRequest {
    return this.#changed[key] ?? request;
  }

  change({ key }: Chart, changed: FigureRequest): void {
    this.#changed = { ...this.#changed, [key]: changed };
  }
}
