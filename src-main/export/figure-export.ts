import type { FigureExporter } from '#contract/exporter.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { Remote } from '../threads/channel.ts';
import { Thread } from '../threads/thread.ts';
import type { FigureFunctions, SourceFunctions } from './figure-worker.ts';
import { studySource } from './study-source.ts';

const FIGURE_WORKER = new URL('./figure-worker.ts', import.meta.url);

type Method = (...input: unknown[]) => Promise<unknown>;

/**
 * Draws in a thread of its own. The first order starts it, it asks the caller's client for its numbers, part by part, and it
 * does not keep the process alive.
 */
export function openFigureExporter(): FigureExporter {
  const exporter = new ThreadedExporter();
  return {
    render: ({ figure, layout, format }, source) =>
      exporter.order(source, (remote, call) => remote.renderFigure({ figure, layout, format }, call)),
    renderStudy: ({ studies, format }, client) =>
      exporter.order(studySource(client), (remote, call) => remote.renderStudy({ studies, format }, call)),
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
    this.#thread ??= this.#start();
    const thread = this.#thread;
    const call = ++this.#calls;
    this.#sources.set(call, source);
    thread.holdProcess(true);
    try {
      return await send(thread.remote, call);
    } finally {
      this.#sources.delete(call);
      if (this.#sources.size === 0) thread.holdProcess(false);
    }
  }

  async close(): Promise<void> {
    await this.#thread?.close();
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
