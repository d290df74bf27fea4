import { Worker } from 'node:worker_threads';
import type { BirpcReturn } from 'birpc';
import { createBirpc } from 'birpc';
import type { FigureExporter } from '#contract/exporter.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { Answer } from './answers.ts';
import { answerTo, openAnswer } from './answers.ts';
import type { SourceFunctions, WorkerFunctions } from './figure-worker.ts';
import { studySource } from './study-source.ts';

const FIGURE_WORKER = new URL('./figure-worker.ts', import.meta.url);

type Method = (...input: unknown[]) => Promise<unknown>;

interface Thread {
  readonly worker: Worker;
  readonly remote: BirpcReturn<WorkerFunctions, SourceFunctions>;
}

/**
 * Draws in a thread of its own, which is started by the first order and asks the caller's client for its numbers, part by
 * part. It does not keep the process alive.
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
  #thread: Thread | null = null;
  #calls = 0;

  async order<Value>(
    source: object,
    send: (remote: Thread['remote'], call: number) => Promise<Answer<Value>>,
  ): Promise<Value> {
    const { remote, worker } = this.#startedThread();
    const call = ++this.#calls;
    this.#sources.set(call, source);
    worker.ref();
    try {
      return openAnswer(await send(remote, call));
    } finally {
      this.#sources.delete(call);
      if (this.#sources.size === 0) worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.#thread?.worker.terminate();
  }

  #startedThread(): Thread {
    this.#thread ??= this.#start();
    return this.#thread;
  }

  #start(): Thread {
    const worker = new Worker(FIGURE_WORKER, { name: 'figures' });
    const remote = createBirpc<WorkerFunctions, SourceFunctions>(
      { ask: (call, name, input) => answerTo(() => this.#methodOf(call, name)(...input)) },
      { post: (message) => worker.postMessage(message), on: (listener) => worker.on('message', listener), timeout: -1 },
    );
    let cause: unknown = null;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.once('exit', () => {
      this.#thread = null;
      const reason = new AppError('unavailable', endText(cause), { cause });
      remote.$rejectPendingCalls(({ reject }) => reject(reason));
    });
    return { worker, remote };
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

function endText(cause: unknown): string {
  return cause === null ? 'Drawing was ended.' : `Drawing failed: ${messageOf(cause)}. Try once more.`;
}
