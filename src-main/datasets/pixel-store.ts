import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { allocatePixels } from '#core/data/image-memory.ts';
import { MemoryPixels, type Pixels } from '#core/data/pixels.ts';
import { memoryBudget } from './memory-budget.ts';
import { FilePixels, type PixelFile } from './pixel-file.ts';
import { prepare, sayOnStandardError } from './prepared.ts';

/** Pixels that a reader has found in a file, before it is settled where they are kept. */
export interface PixelSource {
  readonly path: string;
  readonly byteLength: number;
  /** Where they lie as they are; null where they are packed. */
  readonly place: PixelFile | null;
  /** Exactly `byteLength` bytes from first to last. Throws the AppError of a file that does not hold them. */
  pieces(): AsyncIterable<Uint8Array>;
  /** Changes when the bytes may have. */
  readonly version: string;
}

/**
 * In shared memory if all of them together are within the budget. Otherwise they stay on disk: where they lie, or, if they
 * are packed, unpacked once into the cache.
 */
export async function keepPixels(sources: readonly PixelSource[], budget = memoryBudget()): Promise<readonly Pixels[]> {
  const total = sources.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const keep = total <= budget ? inMemory : onDisk;
  const kept: Pixels[] = [];
  for (const source of sources) kept.push(await keep(source));
  return kept;
}

async function inMemory(source: PixelSource): Promise<Pixels> {
  const bytes = allocatePixels(source.byteLength);
  let filled = 0;
  for await (const piece of source.pieces()) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return new MemoryPixels(bytes);
}

const UNPACKED = 'pixels';

async function onDisk(source: PixelSource): Promise<Pixels> {
  const { path, byteLength, place } = source;
  if (place !== null) return new FilePixels(place);
  const { folder } = await prepare({
    ...{ place: path, version: source.version },
    what: `unpacking ${path}`,
    say: sayOnStandardError,
    make: async (temporary) => {
      await writePieces(join(temporary, UNPACKED), source.pieces());
      return { files: [UNPACKED], facts: {} };
    },
  });
  return new FilePixels({ path: join(folder, UNPACKED), start: 0, byteLength });
}

async function writePieces(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}
