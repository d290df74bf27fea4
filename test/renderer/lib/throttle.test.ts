import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from '../../../src-renderer/lib/throttle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a throttle', () => {
  it('works at once, and once more at the end of the interval for all that was asked meanwhile', async () => {
    const work = vi.fn(async () => undefined);
    const throttle = new Throttle(work, 1000);
    for (let asked = 0; asked < 5; asked += 1) throttle.ask();
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(999);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(2);
    throttle.ask();
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('never works twice at a time', async () => {
    let isDone = () => {};
    const work = vi.fn(() => new Promise<void>((resolve) => (isDone = resolve)));
    const throttle = new Throttle(work, 1000);
    throttle.ask();
    throttle.ask();
    await vi.advanceTimersByTimeAsync(3000);
    expect(work).toHaveBeenCalledTimes(1);
    isDone();
    await vi.advanceTimersByTimeAsync(0);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('stops for good', async () => {
    const work = vi.fn(async () => undefined);
    const throttle = new Throttle(work, 1000);
    throttle.ask();
    throttle.ask();
    throttle.stop();
    await vi.advanceTimersByTimeAsync(3000);
    throttle.ask();
    expect(work).toHaveBeenCalledTimes(1);
  });
});
