import { mkdir, statfs } from 'node:fs/promises';
import { AppError } from '#core/errors.ts';
import { isTrained } from '#core/network/ops.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { product } from '#core/network/shape-ops.ts';
import { FLOAT32_BYTES } from './safetensors-header.ts';

/** For the database, the log and what other programs write meanwhile. */
const MARGIN_BYTES = 64 * 1024 ** 2;
const MEGABYTE = 1e6;

/** Weights and momentum of all layers, twice, since the old checkpoint stays until the new one is there; and the margin. */
export function bytesForCheckpoints(layers: readonly LayerDescription[]): number {
  const variables = layers.flatMap((layer) => layer.variables);
  const values = variables.reduce((sum, { shape, kind }) => sum + product(shape) * (isTrained(kind) ? 2 : 1), 0);
  return 2 * values * FLOAT32_BYTES + MARGIN_BYTES;
}

/** Throws 'no-space', with both numbers, where the folder's disk has less than the checkpoints will need. */
export async function checkFreeSpace(folder: string, layers: readonly LayerDescription[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const neededBytes = bytesForCheckpoints(layers);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw new AppError(
    'no-space',
    `The disk of ${folder} has ${megabytes(freeBytes)} MB free, but the checkpoints of this run need ${megabytes(neededBytes)} MB.`,
  );
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / MEGABYTE);
}
