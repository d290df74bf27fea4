import { FastResizeFilter, ResizeFit, Transformer } from '@napi-rs/image';
import { describe, expect, test } from 'vitest';
import { randomStream } from '#core/random.ts';
import { centreSquare } from '../../src-main/datasets/centre-square.ts';
import { decodeImage } from '../../src-main/datasets/decode-image.ts';
import { packedPixels, uprightRaster } from '../../src-main/datasets/raster.ts';

/** An opaque image of noise. */
function noise(width: number, height: number): Uint8Array {
  const draws = randomStream(1, 'augment', width, height);
  return Uint8Array.from({ length: 4 * width * height }, (_, place) =>
    place % 4 === 3 ? 255 : draws.nextUint32() & 255,
  );
}

/** The same by the library `fast_image_resize`, which makes an image of RGBA of all of it before the centre is cut out. */
function squareOfLibrary(rgba: Uint8Array, [width, height]: readonly number[], size: number, orientation: number) {
  const image = Transformer.fromRgbaPixels(rgba, width, height).rotate(orientation);
  const sides = orientation > 4 ? [width, height] : [height, width];
  const [newHeight, newWidth] = sides.map((side) =>
    Math.max(size, Math.round((side * size) / Math.min(width, height))),
  );
  return image
    .fastResize({ width: newWidth, height: newHeight, filter: FastResizeFilter.Bilinear, fit: ResizeFit.Fill })
    .crop(Math.floor((newWidth - size) / 2), Math.floor((newHeight - size) / 2), size, size)
    .rawPixelsSync()
    .filter((_, place) => place % 4 !== 3);
}

const SIZES = [
  ...[
    [90, 60, 32],
    [61, 97, 33],
    [300, 17, 64],
    [5, 200, 9],
    [64, 64, 32],
    [33, 90, 33],
    [40, 30, 64],
    [1, 7, 4],
  ],
  ...[
    [255, 256, 255],
    [7, 1, 30],
    [128, 96, 95],
    [201, 43, 4],
  ],
] as const;

describe('the centre of a resized image', () => {
  test.each(SIZES)(
    'of %i x %i is that of the library for a side of %i, however the image is turned',
    (width, height, size) => {
      const rgba = noise(width, height);
      for (let orientation = 1; orientation <= 8; orientation++) {
        const raster = uprightRaster({ width, height, pixels: rgba, values: 4 }, 3, orientation);
        const expected = squareOfLibrary(rgba, [width, height], size, orientation);
        expect(Buffer.from(centreSquare(raster, size)).equals(expected), `orientation ${orientation}`).toBe(true);
      }
    },
  );

  test('of grey is that of its values', () => {
    const rgba = noise(31, 50).map((value, place, all) => (place % 4 === 3 ? value : all[place - (place % 4)]));
    const grey = rgba.filter((_, place) => place % 4 === 0);
    const raster = uprightRaster({ width: 31, height: 50, pixels: grey, values: 1 }, 1, 1);
    const expected = squareOfLibrary(rgba, [31, 50], 12, 1).filter((_, place) => place % 3 === 0);
    expect([...centreSquare(raster, 12)]).toEqual([...expected]);
  });

  test('takes no more memory for a line of 60,000 pixels than for the square', () => {
    const line = Transformer.fromRgbaPixels(new Uint8Array(4 * 60_000).fill(200), 60_000, 1).jpegSync();
    const before = process.memoryUsage().arrayBuffers;
    const { pixels, original } = decodeImage('line.jpg', line, 224);
    expect(original).toEqual({ height: 1, width: 60_000 });
    expect(new Set(pixels)).toEqual(new Set([200]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  });
});

test('pixels that lie in their order are not copied', () => {
  const pixels = noise(3, 2).subarray(0, 18);
  expect(packedPixels(uprightRaster({ width: 3, height: 2, pixels, values: 3 }, 3, 1))).toBe(pixels);
  expect([...packedPixels(uprightRaster({ width: 3, height: 2, pixels, values: 3 }, 3, 6))].slice(0, 3)).toEqual([
    ...pixels.subarray(9, 12),
  ]);
});
