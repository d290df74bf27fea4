import { mkdir } from 'node:fs/promises';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { product } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { isTrained } from '#core/network/variables.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import type { EarlyEndRule } from '#core/training/early-end.ts';
import { writeError } from '../files/durable-file.ts';
import { checkSpace, SPARE_BYTES } from '../files/free-space.ts';
import { FLOAT32_BYTES } from './safetensors-header.ts';

export interface CheckpointContents {
  readonly layers: readonly LayerDescription[];
  readonly optimizer: Optimizer;
  /** With this rule, checkpoints may hold the weights of the best epoch too. */
  readonly earlyEnd?: EarlyEndRule | undefined;
  /** Whether a checkpoint also holds the sums of gradients. */
  readonly sumsGradients: boolean;
}

/**
 * Room to spare, and twice the weights, the optimizer's slots and, where kept, sums of gradients of all layers: the old checkpoint stays until
 * the new one is complete.
 */
export function bytesForCheckpoints({ layers, optimizer, earlyEnd, sumsGradients }: CheckpointContents): number {
  const variables = layers.flatMap((layer) => layer.variables);
  const copies = 1 + optimizerKindOf(optimizer).slots.length + Number(sumsGradients);
  const best = earlyEnd?.weights === 'best' ? 1 : 0;
  const copiesOf = ({ kind }: VariableDescription) => best + (isTrained(kind) ? copies : 1);
  const values = variables.reduce((sum, variable) => sum + product(variable.shape) * copiesOf(variable), 0);
  return 2 * values * FLOAT32_BYTES + SPARE_BYTES;
}

/** Throws 'no-space', with both numbers, where the folder's disk has less than the checkpoints will need. */
export async function checkFreeSpace(folder: string, contents: CheckpointContents): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await checkSpace(folder, { bytes: bytesForCheckpoints(contents), needs: 'the checkpoints of this run need' });
  } catch (error) {
    throw writeError(folder, error);
  }
}
