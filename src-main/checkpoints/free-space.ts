import { mkdir, statfs } from 'node:fs/promises';
import { AppError } from '#core/errors.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { product } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { isTrained } from '#core/network/variables.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import type { EarlyEndRule } from '#core/training/early-end.ts';
import { writeError } from './durable-file.ts';
import { FLOAT32_BYTES } from './safetensors-header.ts';

/** Room for the database, the log and what other programs write meanwhile. */
const MARGIN_BYTES = 64 * 1024 ** 2;
const MEGABYTE = 1e6;

export interface CheckpointContents {
  readonly layers: readonly LayerDescription[];
  readonly optimizer: Optimizer;
  /** With this rule, checkpoints may hold the weights of the best epoch too. */
  readonly earlyEnd?: EarlyEndRule | undefined;
  /** Whether a checkpoint also holds the sums of gradients. */
  readonly sumsGradients: boolean;
}

/**
 * The margin, and twice the weights, the optimizer's slots and, where kept, sums of gradients of all layers: the old checkpoint stays until
 * the new one is complete.
 */
export function bytesForCheckpoints({ layers, optimizer, earlyEnd, sumsGradients }: CheckpointContents): number {
  const variables = layers.flatMap((layer) => layer.variables);
  const copies = 1 + optimizerKindOf(optimizer).slots.length + Number(sumsGradients);
  const best = earlyEnd?.weights === 'best' ? 1 : 0;
  const copiesOf = ({ kind }: VariableDescription) => best + (isTrained(kind) ? copies : 1);
  const values = variables.reduce((sum, variable) => sum + product(variable.shape) * copiesOf(variable), 0);
  return 2 * values * FLOAT32_BYTES + MARGIN_BYTES;
}

/** Throws 'no-space', with both numbers, where the folder's disk has less than the checkpoints will need. */
export async function checkFreeSpace(folder: string, contents: CheckpointContents): Promise<void> {
  const freeBytes = await freeBytesFor(folder);
  const neededBytes = bytesForCheckpoints(contents);
  if (freeBytes >= neededBytes) return;
  throw new AppError(
    'no-space',
    `The disk of ${folder} has ${megabytes(freeBytes)} MB free, but the checkpoints of this run need ${megabytes(neededBytes)} MB.`,
  );
}

async function freeBytesFor(folder: string): Promise<number> {
  try {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    throw writeError(folder, error);
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / MEGABYTE);
}
