import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import type { Change, RunDetail, RunRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { CurrentTraining } from '../../../src-renderer/state/current-training.svelte.ts';
import type { Live } from '../../../src-renderer/state/live.svelte.ts';
import { eventsOf, finished, sampled, sampleRun } from '../../cli/sample-run.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A main process with these runs, and the streams that tell of them. */
function openLab(runs: RunDetail[]) {
  const listeners = { change: (_: Change) => {}, event: (_: RunEvent) => {} };
  const list = vi.fn(async () => runs.filter(({ status }) => status === 'running'));
  const show = vi.fn(async ({ run }: { run: string }) => runs.find(({ id }) => id === run) as RunRecord);
  const live = {
    onChange: (listener: typeof listeners.change) => {
      listeners.change = listener;
      return () => {};
    },
    onEvent: (listener: typeof listeners.event) => {
      listeners.event = listener;
      return () => {};
    },
  };
  const training = new CurrentTraining({ runs: { list, show } } as unknown as PageClient, live as unknown as Live);
  const tell = async () => {
    listeners.change({ kind: 'runs', ids: [] });
    await vi.advanceTimersByTimeAsync(1000);
  };
  return { training, list, show, tell, event: (event: RunEvent) => listeners.event(event), runs };
}

describe('what trains now', () => {
  it('is followed from run to run, by events and without asking again', async () => {
    const lab = openLab([sampleRun({ status: 'running' }), sampleRun({ id: 'run2', status: 'queued' })]);
    const end = lab.training.follow();
    await vi.advanceTimersByTimeAsync(1000);
    expect(lab.training.run?.id).toBe('run1');
    expect(lab.training.standing).toMatchObject({ step: 0, steps: 10 });

    for (const event of eventsOf('run1', [sampled(3, 2, 70)])) lab.event(event);
    expect(lab.training.standing).toMatchObject({ step: 4, epoch: 1 });
    for (const event of eventsOf('run2', [sampled(9, 2, 70)])) lab.event(event);
    expect(lab.training.standing).toMatchObject({ step: 4 });
    expect([lab.list.mock.calls.length, lab.show.mock.calls.length]).toEqual([1, 1]);

    for (const event of eventsOf('run1', [finished(0.1)])) lab.event(event);
    lab.runs.splice(0, 2, sampleRun({ id: 'run2', status: 'running' }));
    await lab.tell();
    expect([lab.training.run?.id, lab.training.standing?.step]).toEqual(['run2', 0]);

    lab.runs.splice(0, 1);
    await lab.tell();
    expect([lab.training.run, lab.training.standing]).toEqual([null, null]);
    end();
  });
});
