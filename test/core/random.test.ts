import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { permutation, philox4x32, type RandomStream, randomStream, stringKey } from '#core/random.ts';

function words(text: string): Uint32Array {
  return Uint32Array.from(text.split(' '), (word) => Number.parseInt(word, 16));
}

function draws<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

function uint32s(stream: RandomStream): number[] {
  return draws(9, () => stream.nextUint32());
}

describe('Philox4x32-10', () => {
  // The lines "philox4x32 10" of tests/kat_vectors in Random123.
  test.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('counter %s, key %s', (counter, key, expected) => {
    const block = new Uint32Array(4);
    philox4x32(words(counter), words(key), block);
    expect(block).toEqual(words(expected));
  });

  test('equals the formula in exact integers for any counter and key', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        const block = new Uint32Array(4);
        philox4x32(Uint32Array.from(counter), Uint32Array.from(key), block);
        expect([...block]).toEqual(exactPhilox(counter, key));
      }),
    );
  });
});

/** Ten rounds as the paper states them, in BigInt. */
function exactPhilox(counter: readonly number[], key: readonly number[]): number[] {
  const low = (value: bigint): bigint => value & 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [product0, product1] = [c0 * 0xd2511f53n, c2 * 0xcd9e8d57n];
    [c0, c1, c2, c3] = [(product1 >> 32n) ^ c1 ^ k0, low(product1), (product0 >> 32n) ^ c3 ^ k1, low(product0)];
    [k0, k1] = [low(k0 + 0x9e3779b9n), low(k1 + 0xbb67ae85n)];
  }
  return [c0, c1, c2, c3].map(Number);
}

describe('randomStream', () => {
  test('starts with the generator block of (block 0, position, purpose) under the seed', () => {
    // purpose 'augment' is number 2; seed 2^33 + 5 is the key (5, 2).
    expect(uint32s(randomStream(2 ** 33 + 5, 'augment', 7, 11)).slice(0, 4)).toEqual(
      exactPhilox([0, 7, 11, 2], [5, 2]),
    );
  });

  test('the same arguments give the same draws, whatever was drawn elsewhere', () => {
    const first = randomStream(3, 'shuffle', 1);
    const second = randomStream(3, 'shuffle', 1);
    const interleaved = draws(9, () => [first.nextUint32(), second.nextUint32()]);
    expect(interleaved.every(([left, right]) => left === right)).toBe(true);
  });

  test('seed, purpose and either position change the draws; seed 0 is a seed of its own', () => {
    const streams = [
      randomStream(0, 'weights', 0, 0),
      randomStream(1, 'weights', 0, 0),
      randomStream(2 ** 32, 'weights', 0, 0),
      randomStream(2 ** 53 - 1, 'weights', 0, 0),
      randomStream(0, 'dropout', 0, 0),
      randomStream(0, 'weights', 1, 0),
      randomStream(0, 'weights', 0, 1),
    ];
    expect(new Set(streams.map((stream) => uint32s(stream).join())).size).toBe(streams.length);
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('refuses the seed %s', (seed) => {
    expect(() => randomStream(seed, 'weights', 0)).toThrow('whole number from 0 to 2^53 - 1');
  });

  test.each([-1, 1.5, 2 ** 32])('refuses the position %s', (position) => {
    expect(() => randomStream(1, 'weights', 0, position)).toThrow('whole number from 0 to 2^32 - 1');
  });

  test('uniforms have 53 bits in [0, 1), mean 1/2 and variance 1/12', () => {
    const stream = randomStream(5, 'synthetic', 0);
    const values = draws(100_000, () => stream.nextUniform());
    expect(values.every((value) => value >= 0 && value < 1 && Number.isInteger(value * 2 ** 53))).toBe(true);
    expect(values.some((value) => !Number.isInteger(value * 2 ** 32))).toBe(true);
    // Five standard errors: 5 sqrt(1/12 / 100000) = 0.0046.
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(0.0046);
    expect(Math.abs(mean(values.map((value) => (value - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.0012);
  });

  test('an array is filled with the normals that are drawn one by one, wherever in a block it begins', () => {
    const [longest, deviation] = [9, 0.1];
    fc.assert(
      fc.property(fc.nat(longest), fc.nat(5), fc.nat(3), (length, words, normals) => {
        const streams = [1, 2].map(() => randomStream(1, 'weights', 3));
        for (const stream of streams) {
          for (let word = 0; word < words; word++) stream.nextUint32();
          for (let normal = 0; normal < normals; normal++) stream.nextNormal();
        }
        const [together, oneByOne] = streams;
        const values = new Float32Array(length);
        together.fillNormal(values, deviation);
        expect(values).toEqual(Float32Array.from(values, () => deviation * oneByOne.nextNormal()));
        expect(together.nextNormal()).toBe(oneByOne.nextNormal());
      }),
    );
  });

  test('normals have the moments 0, 1, 0, 3 and independent neighbours', () => {
    const stream = randomStream(6, 'weights', 0);
    const values = draws(100_000, () => stream.nextNormal());
    const moments = [1, 2, 3, 4].map((power) => mean(values.map((value) => value ** power)));
    const neighbours = mean(values.slice(1).map((value, index) => value * values[index]));
    // Five standard errors: sqrt of the variances 1, 2, 15, 96 and 1, over 100,000 draws.
    expect(Math.abs(moments[0])).toBeLessThan(0.016);
    expect(Math.abs(moments[1] - 1)).toBeLessThan(0.023);
    expect(Math.abs(moments[2])).toBeLessThan(0.062);
    expect(Math.abs(moments[3] - 3)).toBeLessThan(0.155);
    expect(Math.abs(neighbours)).toBeLessThan(0.016);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('permutation', () => {
  test('holds every number once', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(), (length, seed) => {
        const order = permutation(length, randomStream(seed, 'shuffle', 1));
        expect([...order].sort((left, right) => left - right)).toEqual([...Array(length).keys()]);
      }),
    );
  });

  test('gives the 24 orders of four numbers equally often', () => {
    const counts = new Map<string, number>();
    const stream = randomStream(1, 'shuffle', 1);
    for (let draw = 0; draw < 24_000; draw++) {
      const order = permutation(4, stream).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // Chi-squared with 23 degrees of freedom: below 49.7 in 99.9 % of cases.
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(24);
    expect(chiSquared).toBeLessThan(49.7);
  });
});

describe('stringKey', () => {
  // FNV-1a over the bytes 61 00 and over nothing: hash = (hash ^ byte) * 16777619 mod 2^32 from 2166136261.
  test('is FNV-1a', () => {
    expect(stringKey('')).toBe(2166136261);
    const step = (hash: bigint, byte: bigint): bigint => ((hash ^ byte) * 16777619n) % 2n ** 32n;
    expect(stringKey('a')).toBe(Number(step(step(2166136261n, 0x61n), 0n)));
  });

  test('tells the names of a large network apart', () => {
    const names = Array.from(
      { length: 20_000 },
      (_, index) => `block${index % 200}/conv${Math.floor(index / 200)}/kernel`,
    );
    // The expected number of collisions among n of 2^32 keys is n^2 / 2^33 = 0.05.
    expect(new Set(names.map(stringKey)).size).toBe(names.length);
  });
});
