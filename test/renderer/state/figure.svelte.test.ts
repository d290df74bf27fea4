import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FigureLook, FigureSource } from '#core/figure/built-figure.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import type { Change, Curve, RunSummary } from '#core/records.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { FigureState } from '../../../src-renderer/state/figure.svelte.ts';
import type { Live } from '../../../src-renderer/state/live.svelte.ts';

const LOOK: FigureLook = { theme: 'light', fontPx: 12, greySafe: false };
const spec = resolvedRunSpecSchema.parse({
  ...{ dataset: 'fashion-mnist', model: { kind: 'vgg' }, epochs: 2 },
  ...{ train: 100, validation: 10, test: 10 },
});

let height = 1;
let asked: string[][] = [];
let failure: Error | null = null;

/** Two epochs of each run, whose error is `height`. */
const source = {
  async curves({ runs }: { readonly runs: readonly string[] }) {
    asked.push([...runs]);
    if (failure !== null) throw failure;
    const values = [height, height];
    return runs.map((runId) => {
      const places = { epoch: [1, 2], step: [10, 20], seconds: [1, 2] };
      return { runId, ...places, low: values, high: values, last: values, smooth: null, points: 2 } as Curve;
    });
  },
  rows: async (ids: readonly string[]) =>
    ids.map((id) => ({ id, spec, groupHash: id, studyId: null, studyName: null, arm: null, role: null }) as RunSummary),
} as unknown as FigureSource;

class FakeLive {
  change = (_: Change): void => {};
  event = (_: RunEvent): void => {};

  onChange(listener: (change: Change) => void): () => void {
    this.change = listener;
    return () => {};
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    this.event = listener;
    return () => {};
  }
}

const curves = figureRequestSchema.parse({ kind: 'curves', runs: ['a', 'b'], series: 'trainLoss' });
const live = new FakeLive();
let figure = new FigureState(source);
let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  [height, asked, failure] = [1, [], null];
  figure = new FigureState(source);
  stop = figure.follow(live as unknown as Live);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

/** What has been asked for so far is drawn. */
function settled(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(0);
}

function heights(): unknown[] {
  const { columns, rows } = figure.figure?.table ?? { columns: [], rows: [] };
  return rows.map((row) => row[columns.indexOf('trainLoss')]);
}

describe('a figure on the page', () => {
  it('is drawn, and only its newest request of several', async () => {
    figure.show(curves, LOOK, 600);
    figure.show({ ...curves, logY: true } as typeof curves, LOOK, 600);
    await settled();
    expect(heights()).toEqual([1, 1, 1, 1]);
    expect(figure.isDrawing).toBe(false);
    expect(figure.figure?.panels[0]?.configuration.options?.scales?.y?.type).toBe('logarithmic');
    expect(asked).toEqual([['a', 'b']]);
  });

  it('reads nothing for another theme', async () => {
    figure.show(curves, LOOK, 600);
    await settled();
    figure.show(curves, { ...LOOK, theme: 'dark' }, 600);
    await settled();
    expect(asked).toHaveLength(1);
  });

  it('is not drawn again for a request that equals the last one, and is for another width', async () => {
    figure.show(curves, LOOK, 600);
    await settled();
    const first = figure.figure;
    figure.show(structuredClone(curves), { ...LOOK }, 600);
    expect(figure.isDrawing).toBe(false);
    await settled();
    expect(figure.figure).toBe(first);
    figure.show(structuredClone(curves), { ...LOOK }, 800);
    await settled();
    expect(figure.figure).not.toBe(first);
  });

  it('reads only the runs that changed, at most once a second', async () => {
    figure.show(curves, LOOK, 600);
    await settled();
    height = 0.5;
    for (let epoch = 0; epoch < 10; epoch++) live.change({ kind: 'runs', ids: ['b', 'z'] });
    await settled();
    expect(asked.slice(1)).toEqual([['b']]);
    expect(heights()).toEqual([1, 1, 0.5, 0.5]);
    live.change({ kind: 'runs', ids: ['b'] });
    await vi.advanceTimersByTimeAsync(900);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(3);
  });

  it('does not care for runs and steps that it does not show', async () => {
    figure.show(curves, LOOK, 600);
    await settled();
    live.change({ kind: 'runs', ids: ['z'] });
    live.event({ type: 'step.sampled', runId: 'a' } as RunEvent);
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toHaveLength(1);
    figure.show({ ...curves, series: 'stepLoss' } as typeof curves, LOOK, 600);
    await settled();
    live.event({ type: 'step.sampled', runId: 'a' } as RunEvent);
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked.slice(2)).toEqual([['a']]);
  });

  it('keeps what is drawn where the next reading fails, and can be read again', async () => {
    figure.show(curves, LOOK, 600);
    await settled();
    failure = new Error('The owner of the home is gone.');
    live.change({ kind: 'runs', ids: [] });
    await settled();
    expect(figure.error).toBe(failure);
    expect(heights()).toHaveLength(4);
    failure = null;
    figure.retry();
    await settled();
    expect(figure.error).toBeNull();
  });
});
