import type { BuiltFigure, FigureLook, FigureSource } from '#core/figure/built-figure.ts';
import { drawFigure } from '#core/figure/figure.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import type { Change } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { concernedBy, KeptFigureSource, runsOf } from '../lib/figure-source.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

interface Wanted {
  readonly request: FigureRequest;
  readonly look: FigureLook;
}

/** A figure that follows its request and the runs in it. The last one stays while the next is on its way. */
export class FigureState {
  #figure = $state.raw<BuiltFigure | null>(null);
  #error = $state.raw<unknown>(null);
  readonly #source: KeptFigureSource;
  readonly #redrawing = new Refresh(() => this.#draw());
  #wanted: Wanted | null = null;
  #isDrawing = false;
  #isAskedAgain = false;
  /** What is to be read anew: it is forgotten between two drawings, never during one. */
  #stale: Change[] = [];

  constructor(source: FigureSource) {
    this.#source = new KeptFigureSource(source);
  }

  /** Null before the first is drawn. */
  get figure(): BuiltFigure | null {
    return this.#figure;
  }

  /** Why the last drawing failed; null where it did not. */
  get error(): unknown {
    return this.#error;
  }

  /** `width` of the chart, in rounded pixels. */
  show(request: FigureRequest, look: FigureLook, width: number): void {
    this.#source.width = width;
    this.#wanted = { request, look };
    void this.#draw();
  }

  retry(): void {
    this.#stale.push({ kind: 'runs', ids: [] }, { kind: 'studies', ids: [] });
    void this.#draw();
  }

  /** Returns the function that ends it. */
  follow(live: Live): () => void {
    const ends = [live.onChange((change) => this.#hear(change)), live.onEvent((event) => this.#hearStep(event))];
    return () => {
      this.#redrawing.end();
      for (const end of ends) end();
    };
  }

  #hear(change: Change): void {
    if (this.#wanted === null || concernedBy(change, this.#wanted.request) === null) return;
    this.#stale.push(change);
    this.#redrawing.request();
  }

  /** Steps within an epoch: only some figures show them. */
  #hearStep({ type, runId }: RunEvent): void {
    const request = this.#wanted?.request;
    if (type !== 'step.sampled' || request === undefined || !showsSteps(request, runId)) return;
    this.#hear({ kind: 'runs', ids: [runId] });
  }

  async #draw(): Promise<void> {
    this.#isAskedAgain = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    while (this.#isAskedAgain && this.#wanted !== null) {
      this.#isAskedAgain = false;
      await this.#drawOnce(this.#wanted);
    }
    this.#isDrawing = false;
  }

  async #drawOnce({ request, look }: Wanted): Promise<void> {
    this.#forgetStale(request);
    try {
      this.#figure = await drawFigure(request, this.#source, look);
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  #forgetStale(request: FigureRequest): void {
    for (const { ids } of this.#stale.splice(0)) {
      if (ids.length === 0) this.#source.forgetAll();
      else if (request.kind === 'comparison') this.#source.forgetStudies(request.view.studies);
      else this.#source.forgetRuns(ids);
    }
  }
}

function showsSteps(request: FigureRequest, runId: string): boolean {
  if (request.kind === 'comparison') return false;
  const isFine = request.kind === 'step-times' || (request.kind === 'curves' && request.series === 'stepLoss');
  return isFine && runsOf(request).includes(runId);
}
