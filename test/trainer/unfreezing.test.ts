import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { RunEvent } from '#core/run-event.ts';
import { cutAt, measured, stepsIn, trainInParts } from '../support/train-in-parts.ts';
import { emptyFolder, startTrainer, tinyRun } from '../support/trainer.ts';

const rates = { layerDecay: 0.5, headFactor: 3 };
const adamw = optimizerSchema.parse({ kind: 'adamw', learningRate: 0.002 });

type Change = NonNullable<Parameters<typeof tinyRun>[1]>;

/** Layer, step and epoch of each change; 7 layers, 20 steps an epoch. */
type Changes = readonly (readonly [layer: number, step: number, epoch: number])[];

const FROM_START = (layers: number): Changes => Array.from({ length: layers }, (_, layer) => [layer, 0, 1]);

const CASES: readonly [string, object, Change, { readonly frozen: Changes; readonly unfrozen: Changes }][] = [
  ['fixed', { kind: 'fixed', share: 0.5 }, { rates }, { frozen: FROM_START(3), unfrozen: [] }],
  [
    'unfreeze, all at once',
    { kind: 'unfreeze', at: [1] },
    { rates, optimizer: adamw },
    { frozen: FROM_START(6), unfrozen: [5, 4, 3, 2, 1, 0].map((layer) => [layer, 20, 2]) },
  ],
  [
    'unfreeze, layer by layer, with statistics that move',
    { kind: 'unfreeze', how: 'layer-by-layer', at: [1, 2, 2], frozenBatchNorm: 'statistics-move' },
    { augment: 'none' },
    {
      frozen: FROM_START(6),
      unfrozen: [
        [5, 20, 2],
        [4, 40, 3],
        [3, 40, 3],
      ],
    },
  ],
];

// Every test starts processes that load TensorFlow: long on a busy machine.
describe('layers that are frozen from the start', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await emptyFolder();
  });

  afterEach(() => rm(folder, { recursive: true }));

  it.each(CASES)(
    'train as worked out by hand, and bit for bit after pauses and a kill: %s',
    async (_, json, change, expected) => {
      const policy: Policy = policySchema.parse(json);
      const run = { ...change, policy };
      const whole = startTrainer(tinyRun(folder, run));
      expect(await whole.trainer.ended).toBeNull();
      expect(changesIn(whole.events, 'layer.frozen')).toEqual(expected.frozen);
      expect(changesIn(whole.events, 'layer.unfrozen')).toEqual(expected.unfrozen);
      const path = join(folder, 'weights.safetensors');
      const weights = await readFile(path);

      await rm(folder, { recursive: true });
      // Paused right before layers begin to train, and killed once some do.
      const parts = await trainInParts(folder, [cutAt(19), cutAt(27, 'kill')], run);
      expect(stepsIn(parts)).toEqual(stepsIn(whole.events));
      expect(measured(parts).at(-1)).toEqual(measured(whole.events).at(-1));
      expect(await readFile(path)).toEqual(weights);
      // Those that trained at the checkpoint are not frozen again.
      const resumed = parts.slice(parts.findLastIndex(({ type }) => type === 'run.resumed'));
      expect(changesIn(resumed, 'layer.frozen')).toEqual([]);
    },
  );
});

function changesIn(events: readonly RunEvent[], type: 'layer.frozen' | 'layer.unfrozen') {
  return events.flatMap((event) => (event.type === type ? [[event.layer, event.step, event.epoch]] : []));
}
