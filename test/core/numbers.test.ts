import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measuredNumber, toJson } from '#core/numbers.ts';

describe('numbers in JSON', () => {
  it.each([
    [Number.NaN, '"NaN"'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    [0.1, '0.1'],
  ])('writes %d as %s', (value, json) => {
    expect(toJson(value)).toBe(json);
  });

  it('come back as they were, from JSON and from memory', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.constant(Number.NaN)), (value) => {
        // JSON has no negative zero.
        expect(measuredNumber.parse(JSON.parse(toJson(value)))).toBe(value === 0 ? 0 : value);
        expect(measuredNumber.parse(value)).toBe(value);
      }),
    );
  });

  it('are written at any depth, on one line or indented', () => {
    expect(toJson({ losses: [1, Number.NaN], best: null })).toBe('{"losses":[1,"NaN"],"best":null}');
    expect(toJson({ best: Number.NaN }, 2)).toBe('{\n  "best": "NaN"\n}');
  });

  it.each(['nan', 'inf', '', null, undefined])('refuses %j', (value) => {
    expect(measuredNumber.safeParse(value).success).toBe(false);
  });
});
