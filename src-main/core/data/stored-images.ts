import { z } from 'zod';
import type { ImageShape } from '#core/network/operations/operation.ts';
import { type DatasetLocation, datasetKindOf } from './dataset-location.ts';

/** Pixels. */
const side = z.int().positive().max(1_000_000);

/** How the images of a data set are stored, which says how other files are read in the same way. */
export const storedImagesSchema = z.object({
  height: side,
  width: side,
  channels: z.int().positive().max(1024),
  /** Side of the square to which image files were resized and cropped; null where they have one size, or are no files. */
  size: side.nullable(),
});
export type StoredImages = z.infer<typeof storedImagesSchema>;

/** Those of a data set whose images have this shape. */
export function storedImagesOf(location: DatasetLocation, { height, width, channels }: ImageShape): StoredImages {
  const { reading } = datasetKindOf(location);
  return { height, width, channels, size: reading.from === 'image files' ? reading.sizeOf(location) : null };
}
