import type { ExportClient, ExportWatching, FigureExporter } from '#contract/exporter.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { Remote } from '../threads/channel.ts';
import { Thread } from '../threads/thread.ts';
import type { FigureFunctions, SourceFunctions } from './figure-worker.ts';
import { linePieces } from './line-pieces.ts';
import { type StudyOrder, type StudyTableOrder, studySource } from './study-source.ts';

const FIGURE_WORKER = new URL('./figure-worker.ts', import.meta.url);

type Method = (...input: unknown[]) => Promise<unknown>;
type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * Draws in a thread of its own. The first order starts it, it asks the caller's client for its numbers, part by part, and it
 * does not keep the process alive.
 */
export function openFigureExporter(): FigureExporter {
  const exporter = new ThreadedExporter();
  return {
    render: ({ figure, layout, format }, source) =>
      exporter.order(source, (remote, call) => remote.renderFigure({ figure, layout, format }, call)),
    renderStudy: (order, client) => exporter.renderStudy(order, client),
    studyPieces: ({ study, format, isElsewhere = false }, client, watching) => {
      if (format === 'ndjson') return linePieces({ study, isElsewhere }, client, watching);
      if (format === 'html' || format === 'spec') {
        return exporter.wholePiece({ studies: [study], format }, client, watching);
      }
      return exporter.tablePieces({ study, format }, client, watching);
    },
    close: () => exporter.close(),
  };
}

class ThreadedExporter {
  readonly #sources = new Map<number, object>();
  #thread: Thread<FigureFunctions> | null = null;
  #calls = 0;

  async order<Value>(
    source: object,
    send: (remote: Remote<FigureFunctions>, call: number) => Promise<Value>,
  ): Promise<Value> {
    const { remote, call } = this.#begin(source);
    try {
      return await send(remote, call);
    } finally {
      this.#end(call);
    }
  }

  renderStudy({ studies, format }: StudyOrder, client: ExportClient) {
    return this.order(studySource(client), (remote, call) => remote.renderStudy({ studies, format }, call));
  }

  async *wholePiece(order: StudyOrder, client: ExportClient, { signal, warn }: ExportWatching): Pieces {
    signal?.throwIfAborted();
    const { data, warnings } = await this.renderStudy(order, client);
    for (const warning of warnings) warn(warning);
    yield data;
  }

  /** Asks for one piece after the other: none is written before it is wanted. */
  async *tablePieces(order: StudyTableOrder, client: ExportClient, { signal, told }: ExportWatching): Pieces {
    const { remote, call } = this.#begin(studySource(client));
    try {
      for (;;) {
        signal?.throwIfAborted();
        const piece = await remote.studyPiece(order, call);
        if (piece === null) return;
        told?.({ runs: piece.runs, of: piece.of, lines: null });
        yield piece.data;
      }
    } finally {
      await remote.endPieces(call).finally(() => this.#end(call));
    }
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }

  #begin(source: object): { readonly remote: Remote<FigureFunctions>; readonly call: number } {
    this.#thread ??= this.#start();
    const call = ++this.#calls;
    this.#sources.set(call, source);
    this.#thread.holdProcess(true);
    return { remote: this.#thread.remote, call };
  }

  #end(call: number): void {
    this.#sources.delete(call);
    if (this.#sources.size === 0) this.#thread?.holdProcess(false);
  }

  #start(): Thread<FigureFunctions> {
    const serves: SourceFunctions = { ask: async (call, name, input) => this.#methodOf(call, name)(...input) };
    const thread = new Thread<FigureFunctions>(FIGURE_WORKER, {
      ...{ name: 'figures', does: 'draws figures', holdsProcess: false, serves, endError },
    });
    void thread.ended.then(() => {
      this.#thread = null;
    });
    return thread;
  }

  #methodOf(call: number, name: string): Method {
    const source = this.#sources.get(call);
    const method: unknown = source && Reflect.get(source, name);
    if (typeof method !== 'function') {
      throw new AppError('internal', `The figure asks for "${name}", which nobody answers.`);
    }
    return method.bind(source);
  }
}

function endError(cause: unknown): AppError {
  const text = cause === null ? 'Drawing was ended.' : `Drawing failed: ${messageOf(cause)}. Try once more.`;
  return new AppError('unavailable', text, { cause });
}
