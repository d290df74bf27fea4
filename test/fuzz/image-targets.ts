import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { imageFolder } from '#core/data/kinds/image-folder.ts';
import { decodeImage } from '../../src-main/datasets/decode-image.ts';
import { diskFolders } from '../../src-main/datasets/disk-folders.ts';
import { imageHeader } from '../../src-main/datasets/image-headers/image-header.ts';
import { exifBlock, exifSegment, pngChunk, withChunks, withSegments } from '../datasets/exif-bytes.ts';
import { pngBytes } from '../datasets/image-files.ts';
import type { FuzzTarget } from './fuzz-target.ts';

const WORDS = [
  '\xff\xd8\xff',
  '\xff\xe1\xff\xff',
  'Exif\0\0',
  'II*\0',
  'MM\0*',
  'IHDR',
  'IDAT',
  'IEND',
  'eXIf',
  'VP8X',
  'RIFF',
  '\x21\xf9\x04',
  '\x2c',
  'P6\n',
  '\xff\xff\xff\xff',
];
/** A GIF of one white pixel. */
const GIF = 'R0lGODlhAQABAIABAP///wAAACwAAAAAAQABAAACAkQBADs=';

async function seeds(): Promise<readonly Uint8Array[]> {
  const picture = () =>
    Transformer.fromRgbaPixels(
      Uint8Array.from({ length: 4 * 6 * 5 }, (_, at) => (at * 37) % 256),
      6,
      5,
    );
  const folder = new URL('../fixtures/images/', import.meta.url);
  const kept = readdirSync(folder).filter((name) => /\.(jpg|png)$/.test(name));
  const jpeg = picture().jpegSync(80);
  const png = pngBytes({ colour: [1, 2, 3] });
  return [
    ...kept.map((name) => readFileSync(new URL(name, folder))),
    ...[png, jpeg, picture().webpLosslessSync(), picture().webpSync(50), picture().bmpSync(), picture().tiffSync()],
    withSegments(jpeg, 1, exifSegment(6)),
    withChunks(png, 'before', pngChunk('eXIf', exifBlock(3, false))),
    Buffer.from(GIF, 'base64'),
    Buffer.from('P6\n2 2\n255\n0123456789ab'),
    Buffer.from('P1\n# a comment\n2 2\n0 1 1 0\n'),
  ];
}

/** Whoever decodes the image makes a sentence of what is thrown here. */
const headers: FuzzTarget = {
  name: 'image-headers',
  seeds,
  words: WORDS,
  read: (bytes) => {
    try {
      imageHeader(bytes);
    } catch (error) {
      if (!(error instanceof Error && /^it has more than \d+ scans$/.test(error.message))) throw error;
    }
  },
};

const images: FuzzTarget = {
  name: 'images',
  seeds,
  words: WORDS,
  read: (bytes, folder) => decodeImage(join(folder, 'image'), bytes, 8),
};

/** The list of the validation images that Tiny-ImageNet's layout has. */
const annotations: FuzzTarget = {
  name: 'annotations',
  seeds: async () =>
    [
      'a.png\tcat\t0\t0\t9\t9\nb.png\tdog\t0\t0\t9\t9\n',
      'a.png\tcat\r\n\r\nb.png\tdog\r\n',
      '../a.png\tcat\nimages/b.png\tdog',
    ].map((text) => Buffer.from(text)),
  words: ['../../../../etc/passwd', '/dev/zero', '\0', 'images/', '\t', '\r\n', '__proto__', 'constructor', '.', '..'],
  read: (bytes, folder) => {
    if (!diskFolders.exists(join(folder, 'val'))) makeTiny(folder);
    writeFileSync(join(folder, 'val', 'val_annotations.txt'), bytes);
    imageFolder.reading.list({ ...imageFolder.schema.parse({ kind: 'image-folder', path: folder }) }, diskFolders);
  },
};

function makeTiny(folder: string): void {
  for (const part of ['train/cat/images', 'train/dog/images', 'val/images'])
    mkdirSync(join(folder, part), { recursive: true });
  for (const name of ['a.png', 'b.png']) {
    for (const part of ['train/cat/images', 'train/dog/images', 'val/images']) {
      writeFileSync(join(folder, part, name), pngBytes({ colour: [part.length, name.length, 7] }));
    }
  }
}

export const IMAGE_TARGETS: readonly FuzzTarget[] = [headers, images, annotations];
