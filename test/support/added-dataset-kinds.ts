import { z } from 'zod';
import type { DatasetKind } from '#core/data/dataset-kind.ts';
import { allocateLabels, checkLabels } from '#core/data/image-memory.ts';
import { corrupt } from '#core/errors.ts';

// Kinds of data sets that only tests know, as modules of the program would say them.

const CHANNELS = 3;

const rawSchema = z.strictObject({
  kind: z.literal('raw-bytes'),
  path: z.string().min(1),
  side: z.int().min(4).default(8),
});

type RawLocation = z.infer<typeof rawSchema>;

/** One file: how many images, a byte a label, then their pixels. The second half of the images is tested on. */
export const rawBytes = {
  kind: 'raw-bytes',
  title: 'Raw bytes',
  schema: rawSchema,
  fields: [{ key: 'side', label: 'Side', hint: 'of the square images', type: 'number', placeholder: 'pixels' }],
  files: {
    holds: 'A file of labels and pixels.',
    takes: ['file'],
    dialogTitle: 'File of raw bytes',
    filter: { name: 'Raw bytes', extensions: ['raw'] },
    suggestedName: 'raw',
  },
  example: 'datasets add noise --kind raw-bytes --path noise.raw',
  classNames: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  nameOf: ({ side }) => `raw bytes ${side}x${side}`,
  placeOf: ({ path, side }) => `${path}, read as ${side} x ${side}`,
  reading: {
    from: 'arrays',
    open: async ({ path, side }, files) => {
      const bytes = await files.read(path);
      const count = Math.floor(bytes.length / (1 + side * side * CHANNELS) / 2);
      if (count === 0) throw corrupt(path, 'holds no image');
      const shape = { count, height: side, width: side, channels: CHANNELS, classes: 10 };
      const byteLength = count * side * side * CHANNELS;
      const version = await files.version(path);
      const sources = [0, 1].map((half) => {
        const start = 2 * count + half * byteLength;
        const pieces = async function* () {
          yield bytes.subarray(start, start + byteLength);
        };
        return { path, byteLength, version, place: { kind: 'file' as const, path, start, byteLength }, pieces };
      });
      const [training, test] = (await files.keepPixels(sources)).map((pixels, half) => {
        const labels = allocateLabels(count);
        labels.set(bytes.subarray(half * count, (half + 1) * count));
        checkLabels(path, labels, shape.classes);
        return { ...shape, pixels, labels };
      });
      return { training, test };
    },
    describe: async ({ path, side }, files) => {
      const count = Math.floor((await files.size(path)) / (1 + side * side * CHANNELS) / 2);
      return {
        training: count,
        test: count,
        validation: 0,
        height: side,
        width: side,
        channels: CHANNELS,
        classes: 10,
      };
    },
  },
} satisfies DatasetKind<RawLocation>;

const pairSchema = z.strictObject({ kind: z.literal('two-folders'), path: z.string().min(1) });

/** PNG files in the folders `a` and `b`; the first of each is tested on. */
export const twoFolders = {
  kind: 'two-folders',
  title: 'Two folders',
  schema: pairSchema,
  fields: [],
  files: { holds: 'Two folders of images.', takes: ['folder'], dialogTitle: 'Two folders' },
  reading: {
    from: 'image files',
    list: ({ path }, folders) => {
      const [a, b] = ['a', 'b'].map((name) => {
        const folder = folders.join(path, name);
        return folders.names(folder).map((file) => {
          const image = folders.join(folder, file);
          const { stamp, byteLength } = folders.status(image);
          return { path: image, stamp, byteLength };
        });
      });
      return { classNames: ['a', 'b'], training: [a.slice(1), b.slice(1)], test: [a.slice(0, 1), b.slice(0, 1)] };
    },
    sizeOf: () => null,
  },
} satisfies DatasetKind<z.infer<typeof pairSchema>>;

/** The bytes of a `raw-bytes` file: images by label, each of one shade. */
export function rawBytesOf(count: number, side: number): Uint8Array {
  const labels = Array.from({ length: count }, (_, index) => index % 10);
  const pixels = labels.flatMap((label) => new Array<number>(side * side * CHANNELS).fill(25 * label));
  return Uint8Array.from([...labels, ...pixels]);
}
