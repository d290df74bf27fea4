import { MOST_CURVES } from '#contract/runs.ts';
import type { CurveQuery, FigureSource } from '#core/figure/built-figure.ts';
import { figureKindOf } from '#core/figure/figure.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import { groupedBy } from '#core/grouped.ts';
import type { Change, Curve, RunSummary } from '#core/records.ts';

/** Requests that are under way at a time: the store answers the next while the page reads the last. */
const LANES = 3;
/** Pixels; dragging a window's edge is not to read everything again. */
const WIDTH_STEP = 200;
const LEAST_BUCKETS = 200;

type Kept<Value> = Map<string, Value>;

/**
 * The numbers of one chart, kept as long as nothing changed them: a redraw in another theme reads nothing, and one that
 * follows a training reads only the runs that moved. Draw one figure after the other, never two at a time.
 */
export class KeptFigureSource implements FigureSource {
  readonly #source: FigureSource;
  readonly #one: Kept<unknown> = new Map();
  readonly #rows: Kept<RunSummary | null> = new Map();
  readonly #curves: Kept<readonly Curve[] | null> = new Map();
  /** Names the query that the curves were read for. */
  #curveKey = '';
  #width = 0;

  constructor(source: FigureSource) {
    this.#source = source;
  }

  /** The width of the chart, in rounded pixels: a curve has no more points than could be told apart. */
  set width(width: number) {
    this.#width = width;
  }

  study(id: string): ReturnType<FigureSource['study']> {
    return this.#kept(`study ${id}`, () => this.#source.study(id));
  }

  compare(id: string): ReturnType<FigureSource['compare']> {
    return this.#kept(`compare ${id}`, () => this.#source.compare(id));
  }

  run(id: string): ReturnType<FigureSource['run']> {
    return this.#kept(`run ${id}`, () => this.#source.run(id));
  }

  classCosts(id: string): ReturnType<FigureSource['classCosts']> {
    return this.#kept(`classes ${id}`, () => this.#source.classCosts(id));
  }

  predictions(id: string): ReturnType<FigureSource['predictions']> {
    return this.#kept(`predictions ${id}`, () => this.#source.predictions(id));
  }

  stepTimes(id: string, buckets: number): ReturnType<FigureSource['stepTimes']> {
    return this.#kept(`times ${id}`, () => this.#source.stepTimes(id, buckets));
  }

  async rows(ids: readonly string[]): Promise<readonly RunSummary[]> {
    const missing = ids.filter((id) => !this.#rows.has(id));
    if (missing.length > 0)
      keep(
        this.#rows,
        missing,
        byId(await this.#source.rows(missing), (row) => row.id),
      );
    return found(this.#rows, ids);
  }

  async curves(query: CurveQuery): Promise<readonly Curve[]> {
    const buckets = this.#bucketsFor(query.buckets);
    const key = `${query.series} ${buckets} ${query.smoothing}`;
    if (key !== this.#curveKey) this.#curves.clear();
    this.#curveKey = key;
    const missing = query.runs.filter((id) => !this.#curves.has(id));
    await inLanes(partsOf(missing, MOST_CURVES), async (runs) => {
      const curves = await this.#source.curves({ ...query, buckets, runs });
      keep(
        this.#curves,
        runs,
        groupedBy(curves, (curve) => curve.runId),
      );
    });
    return found(this.#curves, query.runs).flat();
  }

  /** Forgets what is about these runs. */
  forgetRuns(ids: readonly string[]): void {
    for (const id of ids) {
      this.#rows.delete(id);
      this.#curves.delete(id);
      this.#one.delete(`run ${id}`);
      this.#one.delete(`times ${id}`);
      this.#one.delete(`predictions ${id}`);
    }
  }

  forgetStudies(ids: readonly string[]): void {
    for (const id of ids) {
      this.#one.delete(`study ${id}`);
      this.#one.delete(`compare ${id}`);
      this.#one.delete(`classes ${id}`);
    }
  }

  forgetAll(): void {
    for (const kept of [this.#one, this.#rows, this.#curves]) kept.clear();
  }

  #bucketsFor(asked: number): number {
    return this.#width === 0 ? asked : Math.max(LEAST_BUCKETS, Math.min(asked, this.#width));
  }

  async #kept<Value>(key: string, ask: () => Promise<Value>): Promise<Value> {
    if (!this.#one.has(key)) this.#one.set(key, await ask());
    return this.#one.get(key) as Value;
  }
}

/** Rounded up in large steps; 0 before the chart is laid out. */
export function roundedWidth(pixels: number): number {
  return WIDTH_STEP * Math.ceil(pixels / WIDTH_STEP);
}

/** Whether a change makes a figure out of date; what happens to a run is told of its study too. */
export function isConcerned(request: FigureRequest, { kind, ids }: Change): boolean {
  const { runs, studies } = figureKindOf(request).subjects(request);
  return (kind === 'studies' && touches(ids, studies)) || (kind === 'runs' && touches(ids, runs));
}

/** A change without ids is one of all. */
function touches(changed: readonly string[], shown: readonly string[]): boolean {
  return shown.length > 0 && (changed.length === 0 || changed.some((id) => shown.includes(id)));
}

function byId<Value>(values: readonly Value[], idOf: (value: Value) => string): ReadonlyMap<string, Value> {
  return new Map(values.map((value) => [idOf(value), value]));
}

/** What did not come back is gone, and not asked for again. */
function keep<Value>(kept: Kept<Value | null>, asked: readonly string[], came: ReadonlyMap<string, Value>): void {
  for (const id of asked) kept.set(id, came.get(id) ?? null);
}

function found<Value>(kept: Kept<Value | null>, ids: readonly string[]): Value[] {
  return ids.flatMap((id) => kept.get(id) ?? []);
}

function partsOf<Value>(values: readonly Value[], size: number): Value[][] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, part) => values.slice(part * size, (part + 1) * size));
}

async function inLanes<Part>(parts: readonly Part[], work: (part: Part) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < parts.length) await work(parts[next++] as Part);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
