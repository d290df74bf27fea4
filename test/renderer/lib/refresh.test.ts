import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Refresh } from '../../../src-renderer/lib/refresh.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('works at once, then at most once a second, and once more after the last request', async () => {
  let count = 0;
  const refresh = new Refresh(async () => {
    count += 1;
  });
  refresh.request();
  expect(count).toBe(1);
  for (let tenth = 0; tenth < 25; tenth += 1) {
    await vi.advanceTimersByTimeAsync(100);
    refresh.request();
  }
  expect(count).toBe(3);
  await vi.advanceTimersByTimeAsync(5000);
  expect(count).toBe(4);
});

test('never works twice at a time, nor after its end', async () => {
  let [open, count] = [0, 0];
  const refresh = new Refresh(async () => {
    open += 1;
    count += 1;
    expect(open).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    open -= 1;
  });
  refresh.request();
  refresh.request();
  await vi.advanceTimersByTimeAsync(2000);
  refresh.request();
  expect(count).toBe(1);
  await vi.advanceTimersByTimeAsync(2100);
  expect(count).toBe(2);
  refresh.end();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(count).toBe(2);
});

test('goes on after work that failed', async () => {
  let count = 0;
  const refresh = new Refresh(async () => {
    count += 1;
    throw new Error('broken');
  }, 10);
  refresh.request();
  await vi.advanceTimersByTimeAsync(20);
  refresh.request();
  await vi.advanceTimersByTimeAsync(20);
  expect(count).toBe(2);
});
