import type { RunChart } from '#core/figure/figure-kind.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';

type Chart = RunChart<FigureRequest>;

/** What each chart of a run's page shows, as its reader chose. */
export class RunFigures {
  #changed = $state.raw<Readonly<Record<string, FigureRequest>>>({});
  /** A request stays the same one while the run is read again and again: its figure is then not asked for anew. */
  readonly #first = new Map<string, FigureRequest>();

  request({ key, request }: Chart): FigureRequest {
    const first = this.#first.get(key) ?? request;
    this.#first.set(key, first);
    return this.#changed[key] ?? first;
  }

  change({ key }: Chart, changed: FigureRequest): void {
    this.#changed = { ...this.#changed, [key]: changed };
  }
}
