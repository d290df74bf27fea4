import { expect, test } from 'vitest';
import { ChosenPixels } from '#core/data/chosen-pixels.ts';
import { MemoryPixels, pixelPieces } from '#core/data/pixels.ts';
import { openPixels } from '../../../src-main/datasets/pixel-file.ts';

/** Five images of three bytes: 0 1 2, 10 11 12, and so on. */
const all = new MemoryPixels(Uint8Array.from([0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42]));
const chosen = new ChosenPixels(all, { places: Uint32Array.from([3, 0, 4]), imageBytes: 3 });

test('reads images in an order of their own, within one and across several', () => {
  expect(chosen.byteLength).toBe(9);
  expect([...chosen.read(0, 3)]).toEqual([30, 31, 32]);
  expect([...chosen.read(4, 5)]).toEqual([1]);
  expect([...chosen.read(2, 8)]).toEqual([32, 0, 1, 2, 40, 41]);
  expect([...pixelPieces(chosen, 4)].flatMap((piece) => [...piece])).toHaveLength(9);
});

test('reads the same after it was sent to a thread', () => {
  const sent = openPixels(structuredClone(chosen.stored));
  expect([...sent.read(0, 9)]).toEqual([30, 31, 32, 0, 1, 2, 40, 41, 42]);
});

test('has parts of whole images alone', () => {
  expect([...chosen.slice(3, 9).read(0, 6)]).toEqual([0, 1, 2, 40, 41, 42]);
  expect(() => chosen.slice(1, 3)).toThrow(RangeError);
});
