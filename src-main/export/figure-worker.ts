import type { ExportedFigure, ExportedFile, FigureOrder } from '#contract/exporter.ts';
import { MOST_CURVES, MOST_ROWS } from '#contract/runs.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { renderFigure } from './render-figure.ts';
import { renderStudy, type StudyPiece, studyPieces } from './render-study.ts';
import type { StudyOrder, StudySource, StudyTableOrder } from './study-source.ts';

// Entry of the thread that draws figures and reports.

/** The questions to the thread that ordered the drawing, which its client answers; `call` names the order. */
export interface SourceFunctions {
  ask(call: number, name: string, input: readonly unknown[]): Promise<unknown>;
}

/** What is written piece by piece, by its order. */
const underWay = new Map<number, AsyncGenerator<StudyPiece, void, undefined>>();

const functions = {
  renderFigure: (order: FigureOrder, call: number): Promise<ExportedFigure> =>
    renderFigure(order, inParts(sourceOf<FigureSource>(call))),
  renderStudy: (order: StudyOrder, call: number): Promise<ExportedFile> =>
    renderStudy(order, sourceOf<StudySource>(call)),
  /** The next piece; null after the last one. */
  studyPiece: async (order: StudyTableOrder, call: number): Promise<StudyPiece | null> => {
    const pieces = underWay.get(call) ?? studyPieces(order, sourceOf<StudySource>(call));
    underWay.set(call, pieces);
    const { value } = await pieces.next();
    return value ?? null;
  },
  /** Called once nobody asks for a further piece. */
  endPieces: (call: number): void => void underWay.delete(call),
};

/** The functions of the thread. */
export type FigureFunctions = typeof functions;

function sourceOf<Source extends object>(call: number): Source {
  const methodOf =
    (name: string) =>
    (...input: unknown[]) =>
      orderer.ask(call, name, input);
  return new Proxy({} as Source, { get: (_, name) => methodOf(String(name)) });
}

/** Asks for long lists in parts, so that the answering thread is never busy with one for long. */
function inParts(source: FigureSource): FigureSource {
  return {
    study: (id) => source.study(id),
    compare: (id) => source.compare(id),
    classCosts: (id) => source.classCosts(id),
    run: (id) => source.run(id),
    predictions: (id) => source.predictions(id),
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

const orderer = serveThread<SourceFunctions>(serveMethodsOf(functions));
