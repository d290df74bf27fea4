import { expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import type { QueueOutlook } from '#core/queue/outlook.ts';
import type { Live } from '../../../src-renderer/state/live.svelte.ts';
import { LabQueue } from '../../../src-renderer/state/queue.svelte.ts';

it('knows how long runs, a study and all of it take as the owner tells it, and forgets that where the owner is gone', async () => {
  const known = { name: 'baseline', seed: 1, status: 'queued', held: false, epoch: 0, epochs: 2, waits: null } as const;
  const runs = ['a', 'b', 'c'].map((id, index) => ({ id, studyId: index < 2 ? 's' : null, studyName: null, ...known }));
  const show = vi.fn(async () => ({ paused: false, standstill: null, now: null, runs }));
  let tell: (outlook: QueueOutlook | null) => void = () => {};
  const live = {
    onChange: () => () => {},
    onOutlook: (listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
  };
  const queue = new LabQueue({ queue: { show } } as unknown as PageClient, live as unknown as Live);
  const end = queue.follow();
  await vi.waitFor(() => expect(queue.state?.runs).toHaveLength(3));
  expect([queue.total, queue.secondsOfStudy('s'), queue.outlookOf('a')]).toEqual([null, null, null]);
  const ends = [10, 30, 35];
  tell({
    ...{ at: 0, trainers: 1, total: { seconds: 35, unknown: 0, leftOut: 0 } },
    runs: runs.map(({ id }, index) => ({ id, seconds: 5, endsIn: ends[index] ?? null, isLeftOut: false })),
  });
  expect(queue.total).toMatchObject({ seconds: 35, runs: 3 });
  expect(queue.secondsOfStudy('s')).toBe(30);
  expect(queue.outlookOf('c')?.endsIn).toBe(35);
  tell(null);
  expect([queue.total, queue.secondsOfStudy('s'), queue.outlookOf('a')]).toEqual([null, null, null]);
  end();
});
