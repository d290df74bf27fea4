import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ContentHashes } from '#core/data/dataset-content.ts';
import { type DataSource, type ImageSet, imageSize } from '#core/data/image-set.ts';
import { pixelPieces } from '#core/data/pixels.ts';
import type { DataPart } from '#core/data/report/dataset-report.ts';

/** Bytes hashed between two turns of the event loop: about 3 ms of work. */
const BYTES_A_TURN = 2 ** 21;

/** Images that have just been read, valid until the next ones are. */
export interface ReadImages {
  readonly part: DataPart;
  /** The place of the first of them in its part. */
  readonly first: number;
  /** Bytes of one image. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

type OnImages = (images: ReadImages) => void;

interface PartToHash {
  readonly part: DataPart;
  readonly set: ImageSet;
  readonly onImages: OnImages;
}

async function hashSet(hash: Hash, { part, set, onImages }: PartToHash): Promise<void> {
  hash.update(`${set.count} x ${set.height} x ${set.width} x ${set.channels} of ${set.classes} classes\n`);
  const size = imageSize(set);
  let first = 0;
  for (const bytes of pixelPieces(set.pixels, Math.ceil(BYTES_A_TURN / size) * size)) {
    hash.update(bytes);
    onImages({ part, first, size, bytes });
    first += bytes.length / size;
    await setImmediate();
  }
  const { buffer, byteOffset, byteLength } = set.labels;
  hash.update(new Uint8Array(buffer, byteOffset, byteLength));
}

/** Reads every image once, and gives it to `onImages` too. */
export async function contentHashes(source: DataSource, onImages: OnImages = () => {}): Promise<ContentHashes> {
  const hash = createHash('sha256');
  await hashSet(hash, { part: 'training', set: source.training, onImages });
  await hashSet(hash, { part: 'test', set: source.test, onImages });
  const sha256 = hash.copy().digest('hex');
  if (source.validation === undefined) return { sha256, withValidation: null };
  await hashSet(hash, { part: 'validation', set: source.validation, onImages });
  return { sha256, withValidation: hash.digest('hex') };
}
