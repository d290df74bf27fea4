import { readFileSync } from 'node:fs';
import { Transformer } from '@napi-rs/image';
import { describe, expect, test } from 'vitest';
import { decodeImage } from '../../src-main/datasets/decode-image.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/images/${name}`, import.meta.url));
const decoded = (name: string, size: number | null = null) => decodeImage(name, fixture(name), size);

/** An image of one RGBA colour. */
function plain(width: number, height: number, colour: readonly number[]): Transformer {
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, index) => colour[index % 4]);
  return Transformer.fromRgbaPixels(pixels, width, height);
}

describe('an image file', () => {
  test('of grey with 16 bits becomes grey with 8', () => {
    const { height, width, channels, pixels } = decoded('grey-16-bit.png');
    expect([height, width, channels]).toEqual([1, 4, 1]);
    // 200 * 257 + 129 is nearer to 201.
    expect([...pixels]).toEqual([0, 128, 255, 201]);
  });

  test('with transparency is laid over black', () => {
    expect(decoded('grey-alpha.png')).toMatchObject({ channels: 1, pixels: Uint8Array.of(200, 100, 0, 51) });
    const half = plain(2, 1, [200, 100, 50, 128]).pngSync();
    expect([...decodeImage('half.png', half, null).pixels]).toEqual([100, 50, 25, 100, 50, 25]);
  });

  test('with a palette has the colours of the palette', () => {
    expect([...decoded('palette.png').pixels]).toEqual([10, 20, 30, 40, 50, 60]);
  });

  test('of four inks becomes RGB', () => {
    const { channels, pixels } = decoded('cmyk.jpg');
    expect(channels).toBe(3);
    expect(pixels[0]).toBeGreaterThan(250);
    expect(Math.max(pixels[1], pixels[2])).toBeLessThan(5);
  });

  test('is turned as its EXIF data say: what was left is at the top', () => {
    const { height, width, channels, pixels } = decoded('turned.jpg');
    expect([height, width]).toEqual([16, 8]);
    const rows = [0, 3, 12, 15].map((row) => pixels[row * width * channels]);
    expect(rows.map((value) => Math.round(value / 255))).toEqual([1, 1, 0, 0]);
  });

  test('is resized by its shorter side and cropped to the centre, as Pillow does with its bilinear filter', () => {
    const { pixels, ...shape } = decoded('gradient.png', 10);
    expect(shape).toEqual({ height: 10, width: 10, channels: 3, original: { height: 30, width: 45 } });
    const largest = fixture('gradient-10.rgb').reduce(
      (most, value, index) => Math.max(most, Math.abs(value - pixels[index])),
      0,
    );
    expect(largest).toBeLessThanOrEqual(1);
  });

  test('of the size that is asked for stays as it is', () => {
    const square = plain(6, 6, [1, 2, 3, 255]).pngSync();
    expect(decodeImage('square.png', square, 6)).toEqual(decodeImage('square.png', square, null));
  });

  test.each([
    [3, 90],
    [90, 3],
    [5, 5],
  ])('of %i x %i becomes a square', (width, height) => {
    const { pixels, original, ...shape } = decodeImage('odd.jpg', plain(width, height, [9, 9, 9, 255]).jpegSync(), 8);
    expect(shape).toEqual({ height: 8, width: 8, channels: 3 });
    expect(original).toEqual({ height, width });
    expect(pixels).toHaveLength(192);
  });
});

describe('a damaged image', () => {
  const jpeg = plain(40, 30, [200, 100, 50, 255]).jpegSync(90);
  const png = plain(40, 30, [200, 100, 50, 255]).pngSync();
  const flipped = Uint8Array.from(png, (byte, index) => (index === png.length - 20 ? byte ^ 255 : byte));

  test.each([
    ['a cut JPEG', jpeg.subarray(0, jpeg.length - 3)],
    ['a JPEG cut in its header', jpeg.subarray(0, 60)],
    ['a cut PNG', png.subarray(0, png.length - 20)],
    ['a PNG with a flipped byte', flipped],
    ['an empty file', new Uint8Array(0)],
    ['a text', Buffer.from('no image')],
  ])('%s is one sentence that names the file', (_, bytes) => {
    expect(() => decodeImage('/data/cat.jpg', bytes, null)).toThrow(/^\/data\/cat\.jpg is .*damaged.*\.$/);
  });
});
