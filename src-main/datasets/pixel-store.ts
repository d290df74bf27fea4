import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { PixelSource } from '#core/data/data-files.ts';
import { allocatePixels } from '#core/data/image-memory.ts';
import { MemoryPixels, type Pixels } from '#core/data/pixels.ts';
import { mostInMemory } from '#core/data/unpacking.ts';
import { checkSpace } from '../files/free-space.ts';
import { memoryBudget } from './memory-budget.ts';
import { FilePixels } from './pixel-file.ts';
import { prepare, sayOnStandardError } from './prepared.ts';

/** Implements `DataFiles.keepPixels`. */
export async function keepPixels(sources: readonly PixelSource[], budget = memoryBudget()): Promise<readonly Pixels[]> {
  const total = sources.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const packed = sources.filter(({ byteLength, storedBytes = byteLength }) => storedBytes < byteLength);
  const unpackedBytes = packed.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const packedBytes = packed.reduce((sum, { storedBytes = 0 }) => sum + storedBytes, 0);
  const keep = total <= budget && unpackedBytes <= mostInMemory(packedBytes) ? inMemory : onDisk;
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
      await checkSpace(temporary, { bytes: byteLength, needs: 'the unpacked images need' });
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
