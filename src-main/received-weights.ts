import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import { readSafetensors } from './checkpoints/safetensors.ts';
import { writeDurably } from './files/durable-file.ts';

/** The tensors of weights that come piece by piece, perhaps from another machine. Throws what the pieces throw, 'no-space' and 'corrupt'. */
export async function receivedWeights(pieces: AsyncIterable<Uint8Array>): Promise<NamedTensors> {
  const folder = await mkdtemp(join(tmpdir(), 'freezeout-lab-weights-'));
  try {
    const path = join(folder, 'weights.safetensors');
    await writeDurably(path, pieces);
    return (await readSafetensors(path)).tensors;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
