import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { AppError } from '#core/errors.ts';
import type { Change, RunDetail } from '#core/records.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { Live } from '../../../src-renderer/state/live.svelte.ts';
import { FollowedRun } from '../../../src-renderer/state/run.svelte.ts';

const spec = resolvedRunSpecSchema.parse({
  ...{ dataset: 'fashion-mnist', model: { kind: 'vgg' }, epochs: 5, batchSize: 10 },
  ...{ train: 200, validation: 10, test: 10, policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 } },
});
const layers = [0, 1].map((index) => ({
  ...{ index, name: `layer${index}`, params: 10, macs: 1000, initialLearningRate: 0.1 },
  freezeStep: index === 0 ? 13 : null,
}));
const stored = {
  ...{
    id: 'r1',
    studyId: null,
    arm: null,
    seed: 1,
    spec,
    status: 'running',
    reason: null,
    steps: 100,
    stepsPerEpoch: 20,
  },
  ...{ epoch: 1, frozenLayers: 0, layerCount: 2, validationError: 0.5, computeSaved: 0.1, lastSeq: 4, layers },
  ...{ epochs: [], freezes: [], unfreezes: [], checkpoints: [], segments: [], deleted: false, imported: false },
} as unknown as RunDetail;

let detail = stored;
const studies = { show: vi.fn(), compare: vi.fn() };
const runs = { show: vi.fn(), history: vi.fn(), list: vi.fn() };
const listeners = { change: (_: Change): void => {}, event: (_: RunEvent): void => {} };
const live = {
  onChange: (listener: (change: Change) => void) => {
    listeners.change = listener;
    return () => {};
  },
  onEvent: (listener: (event: RunEvent) => void) => {
    listeners.event = listener;
    return () => {};
  },
} as unknown as Live;

const api = { runs, studies } as unknown as PageClient;
let state = new FollowedRun(api, 'r1');
let stop = () => {};

beforeEach(async () => {
  vi.useFakeTimers();
  detail = stored;
  runs.show.mockReset().mockImplementation(async () => detail);
  runs.history.mockReset().mockResolvedValue([]);
  runs.list.mockReset().mockResolvedValue([]);
  state = new FollowedRun(api, 'r1');
  stop = state.follow(live);
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

function sampled(step: number, runId = 'r1'): RunEvent {
  const ms = { wait: 1, step: 8, other: 1 };
  return { type: 'step.sampled', seq: step, runId, at: 0, step, loss: 0.25, learningRates: [0.09, 0.1], ms };
}

describe('a run that one watches', () => {
  it('moves with its events, without reading anything', () => {
    expect(state.standing).toMatchObject({ step: 20, steps: 100, loss: null });
    for (let step = 21; step < 31; step++) listeners.event(sampled(step));
    expect(state.standing).toMatchObject({ step: 31, epoch: 2, loss: 0.25, msPerStep: 10 });
    expect(state.rates).toEqual([0.09, 0.1]);
    expect(runs.show).toHaveBeenCalledTimes(1);
  });

  it('does not move with the events of others', () => {
    listeners.event(sampled(50, 'other'));
    expect(state.standing?.step).toBe(20);
  });

  it('is read again after changes, at most once a second', async () => {
    for (let change = 0; change < 5; change++) listeners.change({ kind: 'runs', ids: ['r1', 'r2'] });
    listeners.change({ kind: 'runs', ids: ['r2'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(runs.show).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(runs.show).toHaveBeenCalledTimes(2);
  });

  it('keeps where it stands over a reading, and has no standing once it is over', async () => {
    listeners.event(sampled(30));
    listeners.change({ kind: 'runs', ids: [] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(state.standing?.step).toBe(31);
    detail = { ...stored, status: 'interrupted', reason: 'The trainer was ended by SIGKILL.' };
    listeners.change({ kind: 'runs', ids: ['r1'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(state.standing).toBeNull();
    expect(state.rates).toBeNull();
    expect(state.detail?.reason).toBe('The trainer was ended by SIGKILL.');
  });

  it('knows the queue while it waits, and follows it', async () => {
    detail = { ...stored, status: 'queued' };
    runs.list.mockResolvedValue([detail]);
    listeners.change({ kind: 'runs', ids: ['r1'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(state.queue).toEqual([detail]);
    listeners.change({ kind: 'runs', ids: ['another'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(runs.list).toHaveBeenCalledTimes(2);
  });

  it('is compared with its baseline once, and again only while that may change', async () => {
    const arms = [
      { name: 'baseline', role: 'baseline' },
      { name: 'cubic scaled 0.5', role: 'policy' },
    ];
    const own = { ...stored, studyId: 's', arm: 'cubic scaled 0.5', status: 'finished' } as RunDetail;
    const baseline = { ...own, id: 'b1', arm: 'baseline', status: 'running' } as RunDetail;
    studies.show.mockImplementation(async () => ({ arms, runs: [own, baseline] }));
    studies.compare.mockResolvedValue({ arms: [] });
    detail = own;
    listeners.change({ kind: 'runs', ids: ['r1'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(state.difference).toMatchObject({ wall: null, reason: expect.stringContaining('it is running') });
    listeners.change({ kind: 'runs', ids: ['r1'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(studies.compare).toHaveBeenCalledTimes(1);

    const points = [{ seed: 1, runId: 'r1', wall: 0.2, errorDelta: -0.1 }];
    studies.compare.mockResolvedValue({ arms: [{ role: 'policy', points }] });
    listeners.change({ kind: 'studies', ids: ['s'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(state.difference).toMatchObject({ wall: 0.2, errorDelta: -0.1, reason: null });
    listeners.change({ kind: 'studies', ids: ['s'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(studies.compare).toHaveBeenCalledTimes(2);
  });

  it('says why it cannot be read', async () => {
    runs.show.mockRejectedValue(new AppError('not-found', 'There is no run r1.'));
    listeners.change({ kind: 'runs', ids: ['r1'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(state.error).toMatchObject({ message: 'There is no run r1.' });
    expect(state.detail?.id).toBe('r1');
  });
});
