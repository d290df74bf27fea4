import { z } from 'zod';

const count = z.int().positive();
const seed = z.int().min(0);

export const datasetLocationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('idx'), path: z.string().min(1), classes: z.int().min(2).max(256).default(10) }),
  z.strictObject({ kind: z.enum(['cifar10', 'cifar100', 'npz']), path: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('image-folder'),
    path: z.string().min(1),
    /** Side of the square that every image is resized and cropped to; left out, all images have one size. */
    size: z.int().min(4).max(1024).optional(),
  }),
  z.strictObject({
    kind: z.literal('synthetic'),
    classes: z.int().min(2).max(256).default(10),
    height: z.int().min(4).max(512).default(32),
    width: z.int().min(4).max(512).default(32),
    channels: z.union([z.literal(1), z.literal(3)]).default(3),
    train: count.max(1_000_000).default(2_000),
    test: count.max(1_000_000).default(500),
    seed: seed.default(0),
  }),
]);

/** Where the images of a data set are. */
export type DatasetLocation = z.infer<typeof datasetLocationSchema>;

/** The kinds whose images are in files of the user's. */
export const FILE_KINDS = ['cifar10', 'cifar100', 'image-folder', 'npz', 'idx'] as const;
export type FileKind = (typeof FILE_KINDS)[number];
