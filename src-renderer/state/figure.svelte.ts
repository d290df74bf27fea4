import type { BuiltFigure, FigureLook, FigureSource } from '#core/figure/built-figure.ts';
import { drawFigure, figureKindOf } from '#core/figure/figure.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import type { Change } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { isConcerned, KeptFigureSource } from '../lib/kept-figure-source.ts';
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
  /** The wanted figure and its width as text. */
  #shown = '';
  #isDrawing = $state(false);
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

  /** While what is shown is not yet what was asked for. */
  get isDrawing(): boolean {
    return this.#isDrawing;
  }

  /**
   * `width` of the chart, in rounded pixels. A request that equals the one before draws nothing: pages make theirs anew whenever
   * their run or study is read again, or another chart is changed.
   */
  show(request: FigureRequest, look: FigureLook, width: number): void {
    const shown = JSON.stringify([request, look, width]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#source.width = width;
    this.#wanted = { request, look };
    void this.#draw();
  }

  retry(): void {
    this.#stale.push({ kind: 'runs', ids: [] });
    void this.#draw();
  }

  /** Returns the function that ends it. */
  follow(live: Live): () => void {
    const ends = [live.onChange((change) => this.#hear(change)), live.onEvent((event) => this.#hearEvent(event))];
    return () => {
      this.#redrawing.end();
      for (const end of ends) end();
    };
  }

  #hear(change: Change): void {
    if (this.#wanted === null || !isConcerned(this.#wanted.request, change)) return;
    this.#stale.push(change);
    this.#redrawing.request();
  }

  /** What happens within an epoch: only some figures show it, and changes do not tell of it. */
  #hearEvent({ type, runId }: RunEvent): void {
    const request = this.#wanted?.request;
    if (request !== undefined && figureKindOf(request).events(request).includes(type))
      this.#hear({ kind: 'runs', ids: [runId] });
  }

  async #draw(): Promise<void> {
    this.#isAskedAgain = true;
    // The effect that asks for it has ended by then: effects write no state.
    await Promise.resolve();
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
    const { studies } = figureKindOf(request).subjects(request);
    for (const { ids } of this.#stale.splice(0)) {
      if (ids.length === 0) this.#source.forgetAll();
      this.#source.forgetStudies(studies);
      this.#source.forgetRuns(ids);
    }
  }
}
