import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transformer } from '@napi-rs/image';

export interface TinyImage {
  readonly height?: number;
  readonly width?: number;
  /** One colour all over; grey where it is one number. */
  readonly colour: number | readonly [red: number, green: number, blue: number];
}

/** A PNG file, grey or RGB as the colour is. */
export function pngBytes({ height = 4, width = 4, colour }: TinyImage): Buffer {
  const [red, green, blue] = typeof colour === 'number' ? [colour, colour, colour] : colour;
  const values = [red, green, blue, 255];
  const pixels = Uint8Array.from({ length: height * width * 4 }, (_, index) => values[index % 4]);
  const image = Transformer.fromRgbaPixels(pixels, width, height);
  return typeof colour === 'number' ? image.grayscale().pngSync() : image.pngSync();
}

/** Writes files with the folders that they need. */
export async function writeTree(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

/** Three cats and one dog to train on, one of each to test on, all of one size. */
export function tinyImageFiles(): Record<string, Buffer> {
  return {
    'train/dog/z.png': pngBytes({ colour: [0, 0, 10] }),
    'train/cat/a.png': pngBytes({ colour: [1, 0, 0] }),
    'train/cat/b.PNG': pngBytes({ colour: [2, 0, 0] }),
    'train/cat/c.png': pngBytes({ colour: [3, 0, 0] }),
    'test/dog/y.png': pngBytes({ colour: [0, 0, 11] }),
    'test/cat/d.png': pngBytes({ colour: [4, 0, 0] }),
  };
}
