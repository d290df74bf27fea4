import { beforeEach, describe, expect, it } from 'vitest';
import type { CurveQuery, FigureSource } from '#core/figure/built-figure.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import type { Curve, RunDetail, RunSummary } from '#core/records.ts';
import { isConcerned, KeptFigureSource, roundedWidth } from '../../../src-renderer/lib/kept-figure-source.ts';

let asked: CurveQuery[] = [];
let details = 0;

/** Answers as the store does: runs called "gone" are left out. */
const store: Pick<FigureSource, 'curves' | 'rows' | 'run'> = {
  async curves(query) {
    asked.push(query);
    return query.runs.filter((id) => id !== 'gone').map((runId) => ({ runId }) as Curve);
  },
  rows: async (ids) => ids.filter((id) => id !== 'gone').map((id) => ({ id }) as RunSummary),
  async run(id) {
    details += 1;
    return { id } as RunDetail;
  },
};

let source = new KeptFigureSource(store as FigureSource);
const query = { runs: ['a', 'gone', 'b'], series: 'trainLoss', buckets: 600, smoothing: 0 } as const;

beforeEach(() => {
  asked = [];
  details = 0;
  source = new KeptFigureSource(store as FigureSource);
});

describe('the numbers of a chart', () => {
  it('come in the order asked for, without what is gone', async () => {
    expect((await source.curves(query)).map((curve) => curve.runId)).toEqual(['a', 'b']);
    expect((await source.rows(query.runs)).map((row) => row.id)).toEqual(['a', 'b']);
  });

  it('are asked for 25 runs at a time, each once', async () => {
    const runs = Array.from({ length: 60 }, (_, index) => `run${index}`);
    const curves = await source.curves({ ...query, runs });
    expect(curves.map((curve) => curve.runId)).toEqual(runs);
    expect(asked.map((part) => part.runs.length).sort()).toEqual([10, 25, 25]);
    expect(asked.flatMap((part) => part.runs).sort()).toEqual([...runs].sort());
  });

  it('are read again only of runs that changed', async () => {
    await source.curves(query);
    await source.curves(query);
    expect(asked).toHaveLength(1);
    source.forgetRuns(['b']);
    await source.curves(query);
    expect(asked.map((part) => part.runs)).toEqual([['a', 'gone', 'b'], ['b']]);
    source.forgetAll();
    await source.curves(query);
    expect(asked[2]?.runs).toEqual(['a', 'gone', 'b']);
  });

  it('are read anew with another smoothing or series', async () => {
    await source.curves(query);
    await source.curves({ ...query, smoothing: 0.6 });
    await source.curves(query);
    expect(asked.map((part) => part.smoothing)).toEqual([0, 0.6, 0]);
  });

  it('have no more points than the chart has pixels, and 200 at the least', async () => {
    source.width = roundedWidth(350);
    await source.curves(query);
    source.width = roundedWidth(30);
    await source.curves(query);
    source.width = roundedWidth(1900);
    await source.curves(query);
    expect(asked.map((part) => part.buckets)).toEqual([400, 200, 600]);
  });

  it('of a run are kept until it changes', async () => {
    await source.run('a');
    await source.run('a');
    expect(details).toBe(1);
    source.forgetRuns(['a']);
    await source.run('a');
    expect(details).toBe(2);
  });
});

describe('a change', () => {
  const curves = figureRequestSchema.parse({ kind: 'curves', runs: ['a', 'b'] });
  const timeline = figureRequestSchema.parse({ kind: 'freeze-timeline', run: 'a' });
  const comparison = figureRequestSchema.parse({ kind: 'comparison', view: { studies: ['s'] } });

  it('concerns a figure with that run, or any where it names none', () => {
    expect(isConcerned(curves, { kind: 'runs', ids: ['b', 'z'] })).toBe(true);
    expect(isConcerned(timeline, { kind: 'runs', ids: ['b'] })).toBe(false);
    expect(isConcerned(timeline, { kind: 'runs', ids: [] })).toBe(true);
    expect(isConcerned(curves, { kind: 'studies', ids: ['s'] })).toBe(false);
    expect(isConcerned(curves, { kind: 'settings', ids: [] })).toBe(false);
  });

  it('concerns a comparison where it is of one of its studies', () => {
    expect(isConcerned(comparison, { kind: 'runs', ids: ['z'] })).toBe(false);
    expect(isConcerned(comparison, { kind: 'studies', ids: ['s'] })).toBe(true);
    expect(isConcerned(comparison, { kind: 'studies', ids: ['t'] })).toBe(false);
  });
});
