import { deflateSync } from 'node:zlib';
import { Transformer } from '@napi-rs/image';
import { describe, expect, test } from 'vitest';
import { decodeImage } from '../../src-main/datasets/decode-image.ts';
import { exifBlock, exifSegment, jpegSegment, pngChunk, withChunks, withSegments } from './exif-bytes.ts';

/** Images as they are, so that their size before resizing is no other. */
function decoded(bytes: Uint8Array) {
  const { original, ...image } = decodeImage('/data/image', bytes, null);
  expect(original).toEqual({ height: image.height, width: image.width });
  return { ...image, pixels: Uint8Array.from(image.pixels) };
}
const base64 = (text: string) => Buffer.from(text, 'base64');
const text = (words: string) => Buffer.from(words, 'latin1');

function imageOf(width: number, height: number, rgb: readonly number[]): Transformer {
  const rgba = Array.from({ length: width * height }, (_, index) => [...rgb.slice(3 * index, 3 * index + 3), 255]);
  return Transformer.fromRgbaPixels(Uint8Array.from(rgba.flat()), width, height);
}

/** ImageOps.exif_transpose of Pillow 13.0.0 turns the grey image [[0, 10, 20], [30, 40, 50]] to these. */
const TURNED: readonly (readonly [orientation: number, rows: readonly (readonly number[])[]])[] = [
  [
    1,
    [
      [0, 10, 20],
      [30, 40, 50],
    ],
  ],
  [
    2,
    [
      [20, 10, 0],
      [50, 40, 30],
    ],
  ],
  [
    3,
    [
      [50, 40, 30],
      [20, 10, 0],
    ],
  ],
  [
    4,
    [
      [30, 40, 50],
      [0, 10, 20],
    ],
  ],
  [
    5,
    [
      [0, 30],
      [10, 40],
      [20, 50],
    ],
  ],
  [
    6,
    [
      [30, 0],
      [40, 10],
      [50, 20],
    ],
  ],
  [
    7,
    [
      [50, 20],
      [40, 10],
      [30, 0],
    ],
  ],
  [
    8,
    [
      [20, 50],
      [10, 40],
      [0, 30],
    ],
  ],
];

const small = () =>
  imageOf(
    3,
    2,
    [0, 10, 20, 30, 40, 50].flatMap((value) => [value, value, value]),
  );
const png = small().grayscale().pngSync();
/** 48 x 32: each value of the small image is a square of 16 x 16, so that a JPEG file keeps it. */
const squares = Array.from({ length: 48 * 32 }, (_, place) => {
  const value = 10 * (3 * Math.floor(place / 48 / 16) + Math.floor((place % 48) / 16));
  return [value, value, value];
});
const jpeg = imageOf(48, 32, squares.flat()).jpegSync(95);
const xmp = jpegSegment(0xe1, text('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>'));

function rowsOf(bytes: Uint8Array, side = 1): number[][] {
  const { height, width, channels, pixels } = decoded(bytes);
  return Array.from({ length: height / side }, (_, row) =>
    Array.from({ length: width / side }, (_, column) => {
      const value = pixels[(row * side * width + column * side) * channels];
      // JPEG keeps a plain square to within a few values.
      return side === 1 ? value : 10 * Math.round(value / 10);
    }),
  );
}

describe('an image is turned by its EXIF orientation', () => {
  test.each(TURNED)('%i in a PNG file, before and behind its pixels, in either byte order', (orientation, rows) => {
    for (const where of ['before', 'behind'] as const) {
      for (const isLittle of [true, false]) {
        const chunk = pngChunk('eXIf', exifBlock(orientation, isLittle));
        expect(rowsOf(withChunks(png, where, chunk))).toEqual(rows);
      }
    }
  });

  test.each(TURNED)("%i in ImageMagick's profile of a PNG file, as text of three kinds", (orientation, rows) => {
    const block = Buffer.concat([text('Exif\0\0'), exifBlock(orientation)]);
    const digits = block.toString('hex').replace(/.{36}/g, '$&\n');
    const profile = text(`\nexif\n      ${block.length}\n${digits}\n`);
    const keyword = 'Raw profile type exif\0';
    for (const chunk of [
      pngChunk('tEXt', Buffer.concat([text(keyword), profile])),
      pngChunk('zTXt', Buffer.concat([text(`${keyword}\0`), deflateSync(profile)])),
      pngChunk('iTXt', Buffer.concat([text(`${keyword}\x01\0en\0\0`), deflateSync(profile)])),
    ]) {
      expect(rowsOf(withChunks(png, 'before', chunk))).toEqual(rows);
    }
  });

  test.each(TURNED)('%i in a JPEG file, wherever the segment stands', (orientation, rows) => {
    const [exif, other] = [exifSegment(orientation), exifSegment(orientation, false)];
    const note = jpegSegment(0xfe, text('a comment'));
    for (const turned of [
      withSegments(jpeg, 0, exif),
      withSegments(jpeg, 0, xmp, exif),
      withSegments(jpeg, 1, other),
      withSegments(jpeg, 2, note, xmp, note, other),
      withSegments(jpeg, 1, Buffer.from([0xff, 0xff]), exif),
    ]) {
      expect(rowsOf(turned, 16)).toEqual(rows);
    }
  });

  // 3 x 2 random colours (NumPy's default_rng(7)) with orientation 6, written by Pillow 13.0.0 without loss.
  const turned = [76, 72, 223, 241, 160, 175, 233, 1, 127, 229, 148, 198, 210, 33, 204, 213, 57, 14];
  test.each([
    [
      'WebP',
      'UklGRn4AAABXRUJQVlA4WAoAAAAIAAAAAgAAAQAAVlA4TD0AAAAvAkAAAC9AFmDCNdpJBNQZQDBk0jZvHVTiFM/J3gGZtI2DvmUu5n3/tM1/UO5XR+pTEhAIkCFilIjof0wCAEVYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=',
    ],
    [
      'TIFF',
      'SUkqAAgAAAALAAABBAABAAAAAwAAAAEBBAABAAAAAgAAAAIBAwADAAAAkgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAAABEBBAABAAAAmAAAABIBAwABAAAABgAAABUBAwABAAAAAwAAABYBBAABAAAAAgAAABcBBAABAAAAEgAAABwBAwABAAAAAQAAAAAAAAAIAAgACADxoK/llMbVOQ5MSN/pAX/SIcw=',
    ],
  ])('in a %s file', (_, bytes) => {
    expect(decoded(base64(bytes))).toEqual({ height: 3, width: 2, channels: 3, pixels: Uint8Array.from(turned) });
  });

  test('not by a number that is no orientation, nor by a damaged block', () => {
    for (const block of [exifBlock(0), exifBlock(9), exifBlock(6).subarray(0, 20), text('no TIFF at all')]) {
      expect(rowsOf(withChunks(png, 'before', pngChunk('eXIf', block)))).toEqual(TURNED[0][1]);
    }
  });
});

describe("a phone's JPEG file", () => {
  test('is whole although a video, a preview or notes stand behind its end', () => {
    const video = Buffer.concat([text('\0\0\0\x18ftypmp42'), Buffer.from([0xff, 0xda, 0, 8, 1, 2, 0xff, 0xd8])]);
    for (const tail of [video, jpeg.subarray(0, -40), text('SEFT')]) {
      expect(decoded(Buffer.concat([jpeg, tail]))).toEqual(decoded(jpeg));
    }
  });

  test('is damaged where it is cut, whatever its preview says', () => {
    const preview = jpegSegment(0xe1, Buffer.concat([text('Exif\0\0'), exifBlock(1), jpeg]));
    const whole = withSegments(jpeg, 0, preview);
    expect(decoded(whole)).toEqual(decoded(jpeg));
    for (const lost of [2, 10, jpeg.length - 100]) {
      expect(() => decoded(whole.subarray(0, -lost))).toThrow(
        '/data/image is a damaged JPEG image: it ends before its last line.',
      );
    }
  });
});

describe('a GIF file', () => {
  // 6 x 9 colour numbers 0 to 4 in turn, the palette 10 20 30, 40 50 60, 70 80 90, 255 0 0, 1 2 3; Pillow 13.0.0.
  const palette = [10, 20, 30, 40, 50, 60, 70, 80, 90, 255, 0, 0, 1, 2, 3];
  const colours = Array.from({ length: 54 }, (_, place) => palette.slice(3 * (place % 5), 3 * (place % 5) + 3));
  const plain = base64(
    'R0lGODdhBgAJAIIAAAoUHigyPEZQWv8AAAECAwAAAAAAAAAAACwAAAAABgAJAAAIGgABBBAwgIBAggYHFjy4UGFChAwfNoTokGFAADs=',
  );

  test('has the colours of its palette', () => {
    expect(decoded(plain)).toEqual({ height: 9, width: 6, channels: 3, pixels: Uint8Array.from(colours.flat()) });
  });

  test('may be interlaced, and is laid over black where it is transparent', () => {
    const interlaced = base64(
      'R0lGODlhBgAJAIIAAAoUHigyPEZQWv8AAAECAwAAAAAAAAAAACH5BAEAAAMALAAAAAAGAAkAAAgaAAEEEDCAgECCBgcWPLhQYUKEDB82hOiQYUAAOw==',
    );
    const seen = colours.flatMap((colour) => (colour[0] === 255 ? [0, 0, 0] : colour));
    expect([...decoded(interlaced).pixels]).toEqual(seen);
  });

  test('of greys is a grey image', () => {
    const greys = base64(
      'R0lGODdhBAADAIMAAAAAABQUFCgoKDw8PFBQUGRkZHh4eIyMjKCgoLS0tMjIyNzc3AAAAAAAAAAAAAAAACwAAAAABAADAAAIEAABBBAwgEABAwcQJFCwICAAOw==',
    );
    const pixels = Uint8Array.from({ length: 12 }, (_, place) => 20 * place);
    expect(decoded(greys)).toEqual({ height: 3, width: 4, channels: 1, pixels });
  });

  test('has its background where the first frame does not reach, and grows with a larger one, as in Pillow', () => {
    const moved = Buffer.from(plain);
    const frame = moved.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 6, 0, 9, 0]));
    moved.writeUInt16LE(1, frame + 1);
    moved.writeUInt16LE(2, frame + 3);
    const { pixels, ...shape } = decoded(moved);
    expect(shape).toEqual({ height: 11, width: 7, channels: 3 });
    const row = (index: number) => [...pixels.subarray(21 * index, 21 * (index + 1))];
    expect(row(1)).toEqual(Array(7).fill([10, 20, 30]).flat());
    expect(row(2)).toEqual([[10, 20, 30], ...colours.slice(0, 6)].flat());
    expect(row(10)).toEqual([[10, 20, 30], ...colours.slice(48)].flat());
  });

  test('that needs more memory than the decoder takes is not unpacked', () => {
    const huge = Buffer.from(plain);
    huge.fill(0xff, 6, 10);
    expect(() => decoded(huge)).toThrow('/data/image is too large, 65535 x 65535 pixels');
  });

  test('is damaged wherever its first frame is cut', () => {
    for (let length = 6; length < plain.length - 2; length++) {
      expect(() => decoded(plain.subarray(0, length)), `${length} bytes`).toThrow(
        /^\/data\/image is a damaged GIF image \(.*\)\.$/,
      );
    }
  });
});

describe('the format of an image', () => {
  test('is told by its bytes: of several frames the first is read', () => {
    // Two frames of 3 x 2 colours, the second with all values inverted, written by Pillow 13.0.0 without loss.
    const frames = base64(
      'UklGRuIAAABXRUJQVlA4WAoAAAACAAAAAgAAAQAAQU5JTQYAAAAAAAAAAABBTk1GVAAAAAAAAAAAAAIAAAEAAAAAAAJWUDhMPAAAAC8CQAAAL0AQQKIRUg4zzDTXZooaSWGu0J4IQxe6CQJIlGKI+mkm2GH+w9v/YWWjURtATEOmRie/iP5HDkFOTUZaAAAAAAAAAAAAAgAAAQAAAAAAAFZQOExBAAAALwJAAAAvoJCNJEhj3V6CZTquM1Pbtg3jkjYFuTp3EwSQKMUQwbgPtcP8RzdvsBhewfo/qGnbgE2lg0L/RvQ/nhUA',
    );
    const first = [241, 160, 175, 229, 148, 198, 213, 57, 14, 76, 72, 223, 233, 1, 127, 210, 33, 204];
    expect([...decoded(frames).pixels]).toEqual(first);
    const image = imageOf(3, 2, first);
    for (const bytes of [image.bmpSync(), image.tiffSync(), image.webpLosslessSync()]) {
      expect([...decodeImage('/data/image.jpg', bytes, null).pixels]).toEqual(first);
    }
  });

  test('is said where it is one that we do not read', () => {
    const named: readonly (readonly [string, string])[] = [
      ['\0\0\0\x18ftypheic', 'is a HEIC image'],
      ['\0\0\0\x0cjP  \r\n', 'is a JPEG 2000 image'],
      ['<!DOCTYPE html>', 'is a web page'],
      ['version https://git-lfs.github.com/spec/v1', 'is a pointer of Git LFS'],
    ];
    for (const [bytes, words] of named) expect(() => decoded(text(bytes))).toThrow(`/data/image ${words}`);
  });

  test('may have more than the decoder takes: then the size and the limit are said', () => {
    const header = Buffer.from([0, 0, 0x5d, 0xc0, 0, 0, 0x5d, 0xc0, 8, 0, 0, 0, 0]);
    const chunks = [
      pngChunk('IHDR', header),
      pngChunk('IDAT', deflateSync(Buffer.alloc(9))),
      pngChunk('IEND', text('')),
    ];
    expect(() => decoded(Buffer.concat([png.subarray(0, 8), ...chunks]))).toThrow(
      '/data/image is too large, 24000 x 24000 pixels: to decode them would take 5,472 MB of memory, and a file of its size gets 170 MB',
    );
  });

  test.each([
    ['BMP', small().bmpSync()],
    ['WebP', small().webpLosslessSync()],
    ['TIFF', small().tiffSync()],
    ['PPM', Buffer.concat([text('P6 # colours\n3 2\n255\n'), Buffer.alloc(18, 7)])],
  ])('%s is refused wherever the file is cut', (format, bytes) => {
    for (let length = 20; length < bytes.length; length++) {
      expect(() => decoded(bytes.subarray(0, length)), `${length} bytes`).toThrow(
        new RegExp(`^/data/image is a damaged ${format} image.*\\.$`, 's'),
      );
    }
  });
});
