/** Draws whole numbers from 0 to `count` - 1, the same ones for the same seed (a linear congruential generator). */
export function drawsFrom(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * count);
  };
}
