import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, BlockRun } from '#core/block/block.ts';
import { blockSchema } from '#core/block/block.ts';
import type { RunSpec } from '#core/run.ts';
import { DATASET } from './trainer.ts';

/** A run of 60 steps in 3 epochs; `change` is of its spec. */
export function blockRun(runId: string, change: Partial<RunSpec> = {}): BlockRun {
  const spec = {
    ...{ dataset: DATASET, train: 160, validation: 40, test: 40, batchSize: 8, epochs: 3, logEverySteps: 1, seed: 3 },
    model: { kind: 'densenet-bc', depth: 10, growth: 4 },
    policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
    ...change,
  };
  return blockSchema.shape.runs.unwrap().parse({ runId, spec, dataset: spec.dataset });
}

/** Puts a block of these runs into a folder. */
export function writeBlock(folder: string, runs: readonly BlockRun[]): Block {
  mkdirSync(folder, { recursive: true });
  const block = blockSchema.parse({ format: 1, id: 'block-1', runs });
  writeFileSync(join(folder, 'block.json'), JSON.stringify(block));
  return block;
}

export function writeControl(folder: string, control: object): void {
  writeFileSync(join(folder, 'control.json'), JSON.stringify({ attempt: 1, reason: 'Asked for.', ...control }));
}
