import { expect, it } from 'vitest';
import { choicesOf } from '../../../src-renderer/lib/policy-choices.ts';
import { startTimeError, withStartTime } from '../../../src-renderer/lib/start-times.ts';

it('judges a t0 as it is typed', () => {
  expect(startTimeError('', [0.5])).toBeNull();
  expect(startTimeError('0.65', [0.5])).toBeNull();
  expect(startTimeError('0,65', [0.5])).toBeNull();
  expect(startTimeError('0.5', [0.5])).toBe('It is there already.');
  expect(startTimeError('1.2', [])).toBe('Must be above 0 and at most 1.');
  expect(startTimeError('0', [])).toBe('Must be above 0 and at most 1.');
  expect(startTimeError('half', [])).toBe('Give a number, such as 10 or 0.1.');
});

it('adds one in its place', () => {
  expect(withStartTime({ ...choicesOf([]), t0s: [0.5, 0.8], t0Text: '0.65' })).toEqual({
    t0s: [0.5, 0.65, 0.8],
    t0Text: '',
  });
});
