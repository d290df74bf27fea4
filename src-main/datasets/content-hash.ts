import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { DataSource, ImageSet } from '#core/data/image-set.ts';
import { MemoryPixels, type Pixels, pixelPieces } from '#core/data/pixels.ts';

/** Bytes hashed between two turns of the event loop: about 3 ms of work. */
const BYTES_A_TURN = 2 ** 21;

async function hashBytes(hash: Hash, bytes: Pixels): Promise<void> {
  for (const piece of pixelPieces(bytes, BYTES_A_TURN)) {
    hash.update(piece);
    await setImmediate();
  }
}

async function hashSet(hash: Hash, set: ImageSet): Promise<void> {
  hash.update(`${set.count} x ${set.height} x ${set.width} x ${set.channels} of ${set.classes} classes\n`);
  await hashBytes(hash, set.pixels);
  const { buffer, byteOffset, byteLength } = set.labels;
  await hashBytes(hash, new MemoryPixels(new Uint8Array(buffer, byteOffset, byteLength)));
}

/** SHA-256 over sizes, pixels and labels of both files: the same images give the same hash in any file format. */
export async function contentHash(source: DataSource): Promise<string> {
  const hash = createHash('sha256');
  await hashSet(hash, source.training);
  await hashSet(hash, source.test);
  return hash.digest('hex');
}
