import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { DraftKeeper } from '../../../src-renderer/state/draft-keeper.ts';

function keeper(save: (value: unknown) => Promise<void> = async () => undefined) {
  const saved: unknown[] = [];
  const errors: unknown[] = [];
  const drafts = {
    save: async ({ value }: { value: unknown }) => {
      saved.push(value);
      await save(value);
    },
  };
  const kept = new DraftKeeper({ drafts } as unknown as PageClient, 'key', (error) => errors.push(error));
  return { kept, saved, errors };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('writes a first change at once, those that follow it together, and the last one always', async () => {
  const { kept, saved } = keeper();
  kept.keep({ text: 'a' });
  expect(saved).toEqual([{ text: 'a' }]);
  kept.keep({ text: 'ab' });
  kept.keep({ text: 'abc' });
  expect(saved).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(300);
  expect(saved.slice(1)).toEqual([{ text: 'abc' }]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(saved).toHaveLength(2);
  kept.keep({ text: 'x' });
  expect(saved).toHaveLength(3);
});

it('writes what waits when it is told to', async () => {
  const { kept, saved } = keeper();
  kept.keep({ text: 'a' });
  kept.keep({ text: 'ab' });
  await kept.flush();
  expect(saved.at(-1)).toEqual({ text: 'ab' });
});

it('leaves out what JSON cannot say, and reports what failed', async () => {
  const { kept, saved, errors } = keeper(async () => {
    throw new Error('The disk is full.');
  });
  kept.keep({ text: 'a', absent: undefined });
  expect(saved).toEqual([{ text: 'a' }]);
  await vi.advanceTimersByTimeAsync(0);
  expect(errors).toEqual([new Error('The disk is full.')]);
});
