import { expect, it } from 'vitest';
import { dependsOnPlace } from '#core/training/prefix/place-check.ts';
import type { LayerRange } from '#core/training/session.ts';

/** Ranges run, and what is done to the values of the image at a place. */
function check(change: (values: Float32Array, place: number, range: LayerRange) => void) {
  const ranges: LayerRange[] = [];
  const sizes = [4, 6, 2];
  const depths = [0, 3, 5];
  const advance = (_: Float32Array, count: number, range: LayerRange) => {
    ranges.push(range);
    const size = sizes[depths.indexOf(range.to)];
    const output = new Float32Array(count * size).fill(0.5);
    for (let place = 0; place < count; place++) change(output.subarray(place * size, (place + 1) * size), place, range);
    return output;
  };
  return { isDependent: dependsOnPlace({ session: { advance }, batchSize: 3, depths, sizes }), ranges };
}

it('passes an image at every place through all layers that will freeze, from boundary to boundary', () => {
  const { isDependent, ranges } = check(() => undefined);
  expect(isDependent).toBe(false);
  expect(ranges).toEqual([
    { from: 0, to: 3 },
    { from: 3, to: 5 },
  ]);
});

it('finds a last bit that differs at the last place of the last boundary', () => {
  const { isDependent } = check((values, place, { to }) => {
    if (place === 2 && to === 5) values[1] += 2 ** -24;
  });
  expect(isDependent).toBe(true);
});

it('takes values that are not numbers for equal', () => {
  expect(check((values) => values.fill(Number.NaN)).isDependent).toBe(false);
});
