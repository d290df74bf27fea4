import { gzipSync } from 'node:zlib';
import { Transformer } from '@napi-rs/image';
import { blackPng, deflatedTiff, plainGif, pngPart } from './hostile-bytes.ts';
import { folderOf, type HostileFile, image, MEBIBYTE, small, type Things, text } from './hostile-thing.ts';

const black = (side: number) => Transformer.fromRgbaPixels(Buffer.alloc(4 * side * side, 255), side, side);
const sized = (bytes: Buffer, at: number, word: number, isLittle = true): Buffer => {
  const changed = Buffer.from(bytes);
  if (isLittle) changed.writeUInt32LE(word, at);
  else changed.writeUInt32BE(word, at);
  return changed;
};

/** A JPEG file of many scans: each goes over all blocks, but has only a few bytes. */
function manyScans(): Buffer {
  const whole = Buffer.from(black(64).jpegSync());
  const scan = whole.subarray(whole.indexOf(Buffer.from([0xff, 0xda])), whole.length - 2);
  return Buffer.concat([
    whole.subarray(0, -2),
    ...Array.from({ length: 20_000 }, () => scan),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function jpegSized(width: number, height: number): Buffer {
  return Buffer.from(Transformer.fromRgbaPixels(Buffer.alloc(4 * width * height, 255), width, height).jpegSync());
}

/** What a JPEG file says of its size, at its start of frame. */
function jpegOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(black(64).jpegSync());
  const frame = bytes.findIndex((byte, place) => byte === 0xff && [0xc0, 0xc2].includes(bytes[place + 1]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

const profile = (bytes: Uint8Array) =>
  pngPart('zTXt', Buffer.concat([Buffer.from('Raw profile type exif\0\0', 'latin1'), bytes]));

export const pictures: readonly HostileFile[] = [
  image('24,000 x 24,000 in a header', () => blackPng({ width: 24_000, height: 24_000, type: 2, isWhole: false })),
  image('12,000 x 12,000 of grey', () => blackPng({ width: 12_000, height: 12_000, type: 0 })),
  image('8,000 x 8,000 of colour', () => blackPng({ width: 8000, height: 8000, type: 2 })),
  image('as many colours as are read', () => blackPng({ width: 5100, height: 5100, type: 2 }), 'png', true),
  image('as much transparency as is read', () => blackPng({ width: 4460, height: 4460, type: 6 }), 'png', true),
  image(
    'as many deep colours as are read',
    () => blackPng({ width: 3150, height: 3150, type: 6, depth: 16 }),
    'png',
    true,
  ),
  image('four billion pixels a side', () =>
    blackPng({ width: 2 ** 32 - 1, height: 2 ** 32 - 1, type: 0, isWhole: false }),
  ),
  image('no pixel', () => blackPng({ width: 0, height: 0, type: 0, isWhole: false })),
  image('two headers', () =>
    blackPng({
      width: 16,
      height: 16,
      type: 0,
      chunks: [pngPart('IHDR', Buffer.from([0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff, 8, 6, 0, 0, 0]))],
    }),
  ),
  image(
    'thousands of packed profiles',
    () =>
      blackPng({
        width: 16,
        height: 16,
        type: 0,
        chunks: Array.from({ length: 8000 }, () => profile(gzipSync(Buffer.alloc(MEBIBYTE - 1)).subarray(10))),
      }),
    'png',
    true,
  ),
  image(
    'a million empty chunks',
    () =>
      blackPng({
        width: 16,
        height: 16,
        type: 0,
        chunks: Array.from({ length: 800_000 }, () => pngPart('tEXt', Buffer.alloc(0))),
      }),
    'png',
    true,
  ),
  image('10 MB of zeros', () => Buffer.alloc(10 * MEBIBYTE)),
  image('a sparse one of 10 GB', () => ({ sparse: 10 ** 10 })),
  image('JPEG of 65,000 x 65,000', () => jpegOf(65_000, 65_000), 'jpg'),
  image('JPEG of 30,000 lines more than it has', () => jpegOf(64, 30_000), 'jpg', true),
  image('JPEG as large as is read', () => Buffer.from(black(5080).jpegSync()), 'jpg', true),
  image('JPEG of 20,000 scans', manyScans, 'jpg'),
  image(
    'JPEG of markers alone',
    () =>
      Buffer.concat([
        Buffer.from([0xff, 0xd8]),
        Buffer.alloc(10 * MEBIBYTE, Buffer.from([0xff, 0xe1, 0, 2])),
        Buffer.from([0xff, 0xd9]),
      ]),
    'jpg',
  ),
  image('JPEG of one line of 65,000 pixels', () => jpegSized(65_000, 1), 'jpg', true),
  image('JPEG of one column of 65,000 pixels', () => jpegSized(1, 65_000), 'jpg', true),
  image('PNG of one line of 20 million pixels', () => blackPng({ width: 20_000_000, height: 1, type: 2 }), 'png', true),
  image('WebP as large as is read', () => Buffer.from(black(4460).webpLosslessSync()), 'webp', true),
  image(
    'WebP of 16,000 x 16,000',
    () => Buffer.from(sized(Buffer.from(black(16).webpLosslessSync()), 21, 0x0fff_fffe)),
    'webp',
  ),
  image('BMP of 40,000 x 40,000', () => sized(sized(Buffer.from(black(16).bmpSync()), 18, 40_000), 22, 40_000), 'bmp'),
  image(
    'BMP of negative sides',
    () => sized(sized(Buffer.from(black(16).bmpSync()), 18, 0x8000_0000), 22, 0x8000_0000),
    'bmp',
  ),
  image(
    'TIFF of 10 MB of directory',
    () => Buffer.concat([Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 0xff, 0xff]), Buffer.alloc(10 * MEBIBYTE, 1)]),
    'tif',
  ),
  image('TIFF as large as is read', () => deflatedTiff(5080, 5080), 'tif', true),
  image('GIF of 65,535 x 65,535', () => Buffer.from(plainGif(16, 16)).fill(0xff, 6, 10), 'gif'),
  image('GIF as large as is read', () => plainGif(2900, 2900), 'gif', true),
  image('GIF in blocks of one byte', () => plainGif(2000, 2000, 1), 'gif', true),
  image(
    'GIF of extensions alone',
    () =>
      Buffer.concat([
        plainGif(16, 16).subarray(0, 19),
        Buffer.alloc(10 * MEBIBYTE, Buffer.from([0x21, 0xfe, 1, 0, 0])),
      ]),
    'gif',
  ),
  image('PPM of a billion pixels a side', () => 'P6 1000000000 1000000000 255\n', 'ppm'),
  image('PPM of text', () => `P3 3000 3000 255\n${text(10 * MEBIBYTE, '0 ')}`, 'ppm', true),
];

const many = (count: number, name: (index: number) => string): Things =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), 'x']));

const links = (count: number, name: (index: number) => string, link: string): Things =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), { link }]));

export const folders: readonly HostileFile[] = [
  folderOf(
    'four photographs of 24 megapixels',
    () => {
      const photograph = jpegSized(6000, 4000);
      return Object.fromEntries(['a/1', 'a/2', 'b/1', 'b/2'].map((name) => [`train/${name}.jpg`, photograph]));
    },
    true,
  ),
  folderOf(
    'a link to itself',
    () => ({ 'train/a/again': { link: '.' }, 'train/a/up': { link: '..' }, loop: { link: '.' } }),
    true,
  ),
  folderOf('a class that is a link to another', () => ({ 'train/c': { link: 'a' }, val: { link: 'train' } }), true),
  folderOf('a link to the root of the disk', () => ({ 'train/a/root': { link: '/' } }), true),
  folderOf(
    'images of another folder',
    () => ({ '../elsewhere/train/x/1.png': small(9), 'train/x': { link: '../../elsewhere/train/x' } }),
    true,
  ),
  folderOf('annotations that lead out', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': '../../../elsewhere/1.png\ta\n',
  })),
  folderOf('annotations with an absolute path', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': '/etc/hostname\ta\n',
  })),
  folderOf('10 MB of annotations of one image', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': text(10 * MEBIBYTE, 'a.png\ta\n'),
  })),
  folderOf('10 MB of empty annotations', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': text(10 * MEBIBYTE, '\n'),
  })),
  folderOf('annotations of one long line', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': `${text(10 * MEBIBYTE, 'x')}\ta`,
  })),
  folderOf('names of control characters', () => ({
    'train/\u001b[2J\n\u202e/1.png': small(8),
    'train/a/\u0007.png': 'no image',
  })),
  folderOf('30,000 files that are no images', () => many(30_000, (index) => `train/a/n${index}.txt`), true),
  folderOf('100,000 files that are no images', () => many(100_000, (index) => `train/a/n${index}.txt`), true),
  folderOf('30,000 files of 30,000 endings', () => many(30_000, (index) => `train/a/n.e${index}`), true),
  folderOf('30,000 files outside of the classes', () => many(30_000, (index) => `train/n${index}.png`), true),
  folderOf('30,000 files in a folder that is left out', () => many(30_000, (index) => `more/d/n${index}.png`), true),
  folderOf('30,000 damaged images', () => many(30_000, (index) => `train/a/n${index}.png`)),
  folderOf('30,000 links to nothing', () => links(30_000, (index) => `train/a/n${index}.png`, 'nowhere')),
  folderOf(
    '30,000 links to one image',
    () => links(30_000, (index) => `train/a/n${index}.png`, '../../test/a/2.png'),
    true,
  ),
  folderOf(
    '10,000 links to folders',
    () => ({
      ...many(10_000, (index) => `more/d${index}/x.txt`),
      ...Object.fromEntries(
        Array.from({ length: 10_000 }, (_, index) => [`train/a/l${index}`, { link: `../../more/d${index}` }]),
      ),
    }),
    true,
  ),
  folderOf('30,000 classes', () => many(30_000, (index) => `train/c${index}/x.txt`), true),
  folderOf('30,000 classes to test on that train lacks', () => many(30_000, (index) => `test/c${index}/x.txt`)),
  folderOf(
    '10,000 classes, and 10,000 others to validate on',
    () => ({
      ...many(10_000, (index) => `train/c${index}/x.txt`),
      ...many(10_000, (index) => `val/d${index}/x.txt`),
      'val/a/1.png': small(5),
    }),
    true,
  ),
  folderOf('annotations of 30,000 images', () => ({
    ...many(30_000, (index) => `val/images/n${index}.png`),
    'val/val_annotations.txt': Array.from({ length: 30_000 }, (_, index) => `n${index}.png\ta\n`).join(''),
  })),
  folderOf('folders in folders', () => ({ [`train/a/${'d/'.repeat(500)}1.png`]: small(8) }), true),
];
