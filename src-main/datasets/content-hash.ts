import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ContentHashes } from '#core/data/dataset-content.ts';
import { type DataSource, type ImageSet, imageSize } from '#core/data/image-set.ts';
import { pixelPieces } from '#core/data/pixels.ts';

/** Bytes hashed between two turns of the event loop: about 3 ms of work. */
const BYTES_A_TURN = 2 ** 21;

/** `onImages` is told how many more images have been read. */
type OnImages = (images: number) => void;

async function hashSet(hash: Hash, set: ImageSet, onImages: OnImages): Promise<void> {
  hash.update(`${set.count} x ${set.height} x ${set.width} x ${set.channels} of ${set.classes} classes\n`);
  const size = imageSize(set);
  for (const piece of pixelPieces(set.pixels, Math.ceil(BYTES_A_TURN / size) * size)) {
    hash.update(piece);
    onImages(piece.length / size);
    await setImmediate();
  }
  const { buffer, byteOffset, byteLength } = set.labels;
  hash.update(new Uint8Array(buffer, byteOffset, byteLength));
}

/** Reads every image once, and tells `onImages` how far it is. */
export async function contentHashes(source: DataSource, onImages: OnImages = () => {}): Promise<ContentHashes> {
  const hash = createHash('sha256');
  await hashSet(hash, source.training, onImages);
  await hashSet(hash, source.test, onImages);
  const sha256 = hash.copy().digest('hex');
  if (source.validation === undefined) return { sha256, withValidation: null };
  await hashSet(hash, source.validation, onImages);
  return { sha256, withValidation: hash.digest('hex') };
}
