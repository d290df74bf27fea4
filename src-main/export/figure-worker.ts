import { parentPort } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import type { ExportedFigure, ExportedFile, FigureOrder } from '#contract/exporter.ts';
import { MOST_CURVES, MOST_ROWS } from '#contract/runs.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import type { Answer } from './answers.ts';
import { answerTo, openAnswer } from './answers.ts';
import { renderFigure } from './render-figure.ts';
import { renderStudy } from './render-study.ts';
import type { StudyOrder, StudySource } from './study-source.ts';

/** What the thread answers. */
export interface WorkerFunctions {
  renderFigure(order: FigureOrder, call: number): Promise<Answer<ExportedFigure>>;
  renderStudy(order: StudyOrder, call: number): Promise<Answer<ExportedFile>>;
}

/** What it asks the thread that it draws for, whose client answers; `call` says for which order. */
export interface SourceFunctions {
  ask(call: number, name: string, input: readonly unknown[]): Promise<Answer<unknown>>;
}

function serve(port: NonNullable<typeof parentPort>): void {
  const own: WorkerFunctions = {
    renderFigure: (order, call) => answerTo(() => renderFigure(order, inParts(sourceOf<FigureSource>(call)))),
    renderStudy: (order, call) => answerTo(() => renderStudy(order, sourceOf<StudySource>(call))),
  };
  const remote = createBirpc<SourceFunctions, WorkerFunctions>(own, {
    post: (message) => port.postMessage(message),
    on: (listener) => port.on('message', listener),
    timeout: -1,
  });

  function sourceOf<Source extends object>(call: number): Source {
    const ask =
      (name: string) =>
      async (...input: unknown[]) =>
        openAnswer(await remote.ask(call, name, input));
    return new Proxy({} as Source, { get: (_, name) => ask(String(name)) });
  }
}

/** Long lists in parts, so that the thread that answers is never busy with one for long. */
function inParts(source: FigureSource): FigureSource {
  return {
    study: (id) => source.study(id),
    compare: (id) => source.compare(id),
    run: (id) => source.run(id),
    stepTimes: (id, buckets) => source.stepTimes(id, buckets),
    rows: (ids) => collect(ids, MOST_ROWS, (part) => source.rows(part)),
    curves: ({ runs, ...query }) => collect(runs, MOST_CURVES, (part) => source.curves({ runs: part, ...query })),
  };
}

async function collect<Value>(
  ids: readonly string[],
  size: number,
  ask: (part: readonly string[]) => Promise<readonly Value[]>,
): Promise<Value[]> {
  const all: Value[] = [];
  for (let start = 0; start < ids.length; start += size) all.push(...(await ask(ids.slice(start, start + size))));
  return all;
}

if (parentPort !== null) serve(parentPort);
