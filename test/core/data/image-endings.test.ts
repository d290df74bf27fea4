import { describe, expect, test } from 'vitest';
import { classifyFile } from '#core/data/image-endings.ts';

describe('the ending of a file name', () => {
  test.each(['a.png', 'a.PNG', 'a.b.jpeg', 'photo.JFIF', 'a.webp', 'a.bmp', 'a.tif', 'a.TIFF', 'a.gif', 'a.ppm'])(
    'of %s is that of an image that is read',
    (name) => {
      expect(classifyFile(name)).toEqual({ is: 'readable image' });
    },
  );

  test.each([
    ['IMG_1.HEIC', 'HEIC'],
    ['a.avif', 'AVIF'],
    ['a.svg', 'SVG'],
    ['a.jp2', 'JPEG 2000'],
    ['a.cr2', 'camera raw'],
  ])('of %s is that of an image that is not read', (name, format) => {
    expect(classifyFile(name)).toEqual({ is: 'unread image', format });
  });

  test.each(['notes.txt', 'png', '.png/x', 'labels.csv', 'a.png.txt', ''])(
    'of "%s" is not that of an image',
    (name) => {
      expect(classifyFile(name)).toEqual({ is: 'no image' });
    },
  );
});
