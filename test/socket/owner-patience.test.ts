import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OwnerPatience } from '../../src-main/socket/owner-patience.ts';
import type { OwnerProcess } from '../../src-main/socket/owner-process.ts';

/** What the system tells of the owner, and how many ticks it computes between two looks. */
const system = vi.hoisted(() => ({ owner: null as OwnerProcess | null, ticks: 0 }));

vi.mock('../../src-main/socket/owner-process.ts', () => ({ ownerProcess: () => system.owner }));
vi.mock('../../src-main/setup/process-state.mjs', () => ({
  ComputedBetween: class {
    look = () => system.ticks;
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Looks every 50 ms, as whoever opens a home does; gives the seconds after which it has waited long enough. */
function secondsOfPatience(ownerAt: (seconds: number) => OwnerProcess | null, ticks: number): number {
  system.ticks = ticks;
  const patience = new OwnerPatience('/home');
  for (let ms = 0; ms < 60_000; ms += 50) {
    system.owner = ownerAt(ms / 1000);
    patience.look();
    if (patience.isOver) return ms / 1000;
    vi.advanceTimersByTime(50);
  }
  return Number.POSITIVE_INFINITY;
}

it.each([
  ['nobody is known', null, 0, 3],
  ['an owner does nothing', { pid: 7, activity: 'waiting' }, 5, 3],
  ['an owner computes, in whatever thread', { pid: 7, activity: 'waiting' }, 6, 20],
  ['an owner was stopped', { pid: 7, activity: 'stopped' }, 0, 0.5],
] as const)('waits where %s', (_, owner, ticks, seconds) => {
  expect(Math.abs(secondsOfPatience(() => owner, ticks) - seconds)).toBeLessThan(0.11);
});

it('waits for one owner after another, but not for ever', () => {
  const ofAMoment = (seconds: number): OwnerProcess => ({ pid: 1 + Math.floor(seconds / 2), activity: 'waiting' });
  expect(Math.abs(secondsOfPatience(ofAMoment, 0) - 30)).toBeLessThan(0.11);
});
