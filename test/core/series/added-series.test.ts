import { beforeAll, describe, expect, it, vi } from 'vitest';
import { drawFigure } from '#core/figure/figure.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import { figureLayoutSchema, figureRequestSchema } from '#core/figure/figure-request.ts';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { runEventSchema } from '#core/run-event.ts';
import { findField, RUN_FIELDS } from '#core/run-fields.ts';
import { CHART_SERIES } from '#core/series/series-lists.ts';
import { planTraining } from '#core/training/plan.ts';
import { runText } from '../../../src-main/cli/run-text.ts';
import { runs as runsContract } from '../../../src-main/contract/runs.ts';
import { renderFigure } from '../../../src-main/export/render-figure.ts';
import { studyCsv } from '../../../src-main/export/study-csv.ts';
import { openDatabase } from '../../../src-main/sqlite/database.ts';
import { SqliteReader } from '../../../src-main/sqlite/reader.ts';
import type { SqliteStore } from '../../../src-main/sqlite/store.ts';
import { FakeSession, trainFake } from '../../support/fake-training.ts';
import { PAPER } from '../../support/figure-fixture.ts';
import { newRun, temporaryStore } from '../../support/store-fixtures.ts';

vi.mock('../../../src-main/core/series/recorded-series.ts', async (original) => {
  const { RECORDED_SERIES } = await original<typeof import('#core/series/recorded-series.ts')>();
  const { balancedError, largestWeight } = await import('../../support/added-series.ts');
  return { RECORDED_SERIES: [...RECORDED_SERIES, balancedError, largestWeight] };
});

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 1 } as const;
const SPEC = resolvedRunSpecSchema.parse({
  dataset: { kind: 'synthetic' },
  train: 40,
  validation: 6,
  test: 6,
  model: MODEL,
  policy: { kind: 'freezeout', shape: 'linear', t0: 0.2, scaled: false },
  epochs: 3,
  batchSize: 4,
  logEverySteps: 4,
});
const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 1 }, 4);
const plan = planTraining(SPEC, network);
const { layers, steps, stepsPerEpoch, computeSaved } = plan;

let events: readonly RunEvent[] = [];
beforeAll(async () => {
  events = (await trainFake({ plan, session: new FakeSession(network) })).events;
});

interface StoredRun {
  readonly store: SqliteStore;
  readonly reader: SqliteReader;
}

function stored(all: readonly RunEvent[] = events): StoredRun {
  const { store, path } = temporaryStore();
  store.enqueue([newRun('run', { spec: SPEC, steps, stepsPerEpoch, computeSaved, layers })]);
  store.appendEvents(all);
  return { store, reader: new SqliteReader(openDatabase(path)) };
}

function sourceOf({ store, reader }: StoredRun) {
  return {
    study: async (id: string) => store.study(id),
    compare: async (id: string) => reader.compare(store.study(id)),
    classCosts: async (id: string) => reader.classCosts(store.study(id)),
    run: async (id: string) => store.run(id),
    predictions: async (id: string) => reader.predictions(id),
    rows: async (ids: readonly string[]) => reader.runRows({ ids, after: null, limit: 10 }).rows,
    curves: async (query: Parameters<SqliteReader['curves']>[0]) => reader.curves(query),
    stepTimes: async (id: string, buckets: number) => reader.stepTimes(id, buckets),
  };
}

/** As a page would ask for it: a key that only the tests' registry has. */
function curvesOf(reader: SqliteReader, series: string) {
  const input = runsContract.curves['~orpc'].inputSchema;
  const query = input === undefined ? null : input['~standard'].validate({ runs: ['run'], series });
  if (query === null || query instanceof Promise || query.issues) throw new Error(`${series} is refused.`);
  return reader.curves(query.value);
}

const request = (given: unknown): FigureRequest => figureRequestSchema.parse(given);
// The fake session takes one image of each batch of three for one of the second class, and all are of the first of two: (1/3 + 0) / 2.
const ERROR = 1 / 6;

describe('a series that one module and one line of the registry add', () => {
  it('is measured by the training loop, and travels in its events', () => {
    const epochs = events.filter((event) => event.type === 'epoch.finished');
    expect(epochs.map(({ metrics }) => metrics)).toEqual(Array(3).fill({ balancedError: expect.any(Number) }));
    const samples = events.filter((event) => event.type === 'step.sampled');
    expect(samples[0].metrics?.largestWeight).toHaveLength(layers.length);
    // Layer 0 is frozen from step 7 on.
    expect(
      samples.map(({ metrics }) => Array.isArray(metrics?.largestWeight) && metrics.largestWeight[0] === null),
    ).toEqual([...[false, false], ...Array(6).fill(true)]);
    for (const event of events) expect(runEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  it('is stored without a migration, and given back as it came', () => {
    const { store } = stored();
    expect(store.events('run')).toEqual(events);
    expect(store.run('run').epochs.map(({ metrics }) => Object.keys(metrics ?? {}))).toEqual(
      Array(3).fill(['balancedError']),
    );
  });

  it('keeps what it does not know: keys of a newer version, and values that are not finite', () => {
    const changed = events.map((event) =>
      event.type === 'epoch.finished'
        ? { ...event, metrics: { fromLater: [1, null, Number.NaN], balancedError: Number.POSITIVE_INFINITY } }
        : event,
    );
    expect(stored(changed).store.events('run')).toEqual(changed);
  });

  it('replaces what a resumed run repeats', () => {
    const { store, reader } = stored();
    const last = events.findLast((event) => event.type === 'epoch.finished');
    if (last === undefined) throw new Error('No epoch ended.');
    const again = { ...last, seq: events.length + 1, metrics: { balancedError: 0.125 } };
    store.appendEvents([again]);
    expect(store.run('run').epochs.at(-1)?.metrics).toEqual({ balancedError: 0.125 });
    const [{ series }] = reader.runRows({ after: null, limit: 10 }).rows;
    expect(series.balancedError).toEqual({ last: 0.125, lastEpoch: 3, best: 0.125, bestEpoch: 3 });
    store.appendEvents([{ ...last, seq: events.length + 2, metrics: {} }]);
    expect(reader.runRows({ after: null, limit: 10 }).rows[0].series.balancedError.lastEpoch).toBe(2);
  });

  it('has a curve, one a layer for a series of layers', () => {
    const { reader } = stored();
    const [curve] = curvesOf(reader, 'balancedError');
    expect(curve).toMatchObject({ layer: null, epoch: [1, 2, 3], step: [10, 20, 30], points: 3 });
    expect(curve.last).toEqual(
      events.flatMap((event) => (event.type === 'epoch.finished' ? [event.metrics?.balancedError] : [])),
    );
    const weights = curvesOf(reader, 'largestWeight');
    expect(weights.map(({ layer }) => layer)).toEqual(layers.map(({ index }) => index));
    expect(weights[0].step).toEqual([0, 4]);
    expect(weights.at(-1)?.step).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
    // Rates are kept in their own table, and end where their layer freezes.
    expect(curvesOf(reader, 'learningRate').map(({ step }) => step.length)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it('is among the fields of the table of runs', () => {
    const { reader } = stored();
    const [row] = reader.runRows({ after: null, limit: 10 }).rows;
    expect(findField(RUN_FIELDS, 'balance')?.value(row)).toBeCloseTo(100 * ERROR, 9);
    expect(findField(RUN_FIELDS, 'best balanced error')?.format).toBe('percent');
    expect(reader.valuesAt('balancedError' as 'trainLoss', 2)).toEqual({
      runs: ['run'],
      values: [expect.closeTo(ERROR, 9)],
    });
  });

  it('is in files and texts', async () => {
    const { store } = stored();
    const run = store.run('run');
    expect(runText(run, null)).toMatch(/validation error +balanced error +frozen/);
    expect(runText(run, null)).toMatch(/16\.67 %/);
    const csv = studyCsv({
      study: { id: 's', name: 's', arms: [] },
      comparison: { arms: [] },
      runs: [run],
    } as unknown as Parameters<typeof studyCsv>[0]);
    expect((await csv.next()).value).toContain(',validationError,balancedError,testError,');
  });

  it('is drawn, on the page and as SVG, pgfplots and CSV', async () => {
    expect(CHART_SERIES.slice(4, 6)).toEqual(['balancedError', 'largestWeight']);
    const source = sourceOf(stored());
    const figure = await drawFigure(request({ kind: 'curves', runs: ['run'], series: 'balancedError' }), source, PAPER);
    expect(figure.table.columns).toContain('balancedError_percent');
    expect(figure.table.rows.map((row) => row[7])).toEqual(Array(3).fill(expect.closeTo(100 * ERROR, 9)));
    const layered = request({ kind: 'curves', runs: ['run'], series: 'largestWeight', x: 'step' });
    const drawn = await drawFigure(layered, source, PAPER);
    expect(drawn.caption[0]).toContain('largest weight of 1 run');
    expect(drawn.panels[0].configuration.data.datasets.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['layer 0, seed 1', 'layer 6, seed 1']),
    );
    const layout = figureLayoutSchema.parse({});
    const text = async (format: 'svg' | 'pgfplots' | 'csv') =>
      new TextDecoder().decode((await renderFigure({ figure: layered, layout, format }, source)).data);
    expect(await text('svg')).toContain('largest weight');
    expect(await text('pgfplots')).toContain('ylabel={largest weight}');
    expect((await text('csv')).split('\r\n')[0]).toBe(
      'runId,study,arm,seed,layer,epoch,step,seconds,largestWeight,largestWeight_low,largestWeight_high,largestWeight_smooth',
    );
  });
});
