import { describe, expect, it } from 'vitest';
import {
  absoluteMoment,
  bytes,
  count,
  counted,
  duration,
  milliseconds,
  relativeMoment,
  timeLeft,
} from '../../../src-renderer/lib/format.ts';

describe('quantities on the page', () => {
  it.each([
    [null, '–'],
    [Number.NaN, '–'],
    [-3, '0 s'],
    [0, '0 s'],
    [0.424, '0.42 s'],
    [0.999, '1.0 s'],
    [4.24, '4.2 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [225, '3 min 45 s'],
    [3599.7, '1 h'],
    [7510, '2 h 5 min'],
    [86_390, '1 d'],
    [270_000, '3 d 3 h'],
  ])('writes %s seconds as "%s"', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('writes an estimate no finer than it is', () => {
    expect(timeLeft(null)).toBe('time left not known yet');
    expect(timeLeft(12)).toBe('less than a minute left');
    expect(timeLeft(229)).toBe('4 min left');
    expect(timeLeft(7510)).toBe('2 h 5 min left');
  });

  it('writes the time of a step', () => {
    expect([null, 0.853, 70.12, 345.6, 1234].map(milliseconds)).toEqual(['–', '0.85 ms', '70.1 ms', '346 ms', '1.2 s']);
  });

  it('writes moments in local time, relative to now', () => {
    const now = new Date(2026, 10, 24, 11, 5, 33).getTime();
    const at = (...parts: [number, number, number, number]) =>
      relativeMoment(new Date(2026, parts[0], parts[1], parts[2], parts[3]).getTime(), now);
    expect(absoluteMoment(now)).toBe('2026-11-24 11:05:33');
    expect(relativeMoment(now - 20_000, now)).toBe('just now');
    expect(at(10, 24, 10, 55)).toBe('10 min ago');
    expect(at(10, 24, 1, 0)).toBe('10 h ago');
    expect(at(10, 23, 12, 0)).toBe('yesterday');
    expect(at(10, 20, 12, 0)).toBe('4 days ago');
    expect(at(9, 2, 12, 0)).toBe('2026-10-02');
    expect(relativeMoment(null, now)).toBe('–');
    expect(absoluteMoment(null)).toBe('–');
  });

  it('writes bytes and counts', () => {
    expect([0, 512, 999.6, 1_340_000, 788_000_000].map(bytes)).toEqual(['0 B', '512 B', '1.0 kB', '1.3 MB', '788 MB']);
    expect([999, 12_345, 1_234_567.25, -12_345, null].map(count)).toEqual([
      '999',
      '12\u202f345',
      '1\u202f234\u202f567.3',
      '−12\u202f345',
      '–',
    ]);
    expect(counted(1, 'run')).toBe('1 run');
    expect(counted(0, 'class', 'classes')).toBe('0 classes');
    expect(counted(12_000, 'run')).toBe('12\u202f000 runs');
  });
});
