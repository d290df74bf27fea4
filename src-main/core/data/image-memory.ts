import { badRequest, corrupt } from '../errors.ts';

// Pixels and labels are in shared memory, so that the batch worker reads them without a copy.

/** The longest typed array on every supported platform. */
const MAX_PIXEL_BYTES = 2 ** 32 - 1;

export function allocatePixels(bytes: number): Uint8Array {
  const tooMany = `The images need ${bytes} bytes, more than memory can hold: use fewer or smaller ones.`;
  if (bytes > MAX_PIXEL_BYTES) throw badRequest(tooMany);
  try {
    return new Uint8Array(new SharedArrayBuffer(bytes));
  } catch (error) {
    throw badRequest(tooMany, { cause: error });
  }
}

/** ImageNet has 1.3 million images. Of more, labels, orders and hashes alone would fill the memory of a small machine. */
const MOST_IMAGES = 2 ** 21;

/** Throws a bad request for more images than are read. */
export function checkImageCount(count: number): void {
  if (count <= MOST_IMAGES) return;
  const [has, most] = [count, MOST_IMAGES].map((images) => images.toLocaleString('en-US'));
  throw badRequest(`A part of the data set has ${has} images, but at most ${most} are read: use fewer.`);
}

/** Throws a bad request for more images than are read. */
export function allocateLabels(count: number): Int32Array {
  checkImageCount(count);
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}

/** Refuses the first label that is not below the number of classes. */
export function checkLabels(path: string, labels: ArrayLike<number>, classes: number): void {
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] < classes) continue;
    throw corrupt(
      path,
      `gives image ${index} the label ${labels[index]}, but the labels of ${classes} classes end at ${classes - 1}`,
    );
  }
}
