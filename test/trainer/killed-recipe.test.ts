import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import type { RunEvent } from '#core/run-event.ts';
import { cutAt, measured, stepsIn, trainInParts } from '../support/train-in-parts.ts';
import { emptyFolder, startTrainer, tinyRun } from '../support/trainer.ts';

const adamw = { kind: 'adamw', learningRate: 0.01, noDecay: 'norms-and-biases', clipNorm: 0.5 };
const RECIPE: NonNullable<Parameters<typeof tinyRun>[1]> = {
  optimizer: optimizerSchema.parse(adamw),
  earlyEnd: { patience: 1, weights: 'best' },
  ...{ train: 80, epochs: 12 },
  augment: 'random-resized-crop',
  labelSmoothing: 0.1,
  warmupEpochs: 1,
  model: { kind: 'wide-resnet', depth: 10, width: 1, skip: true },
  policy: { kind: 'none' },
};

let folder = '';

beforeEach(async () => {
  folder = await emptyFolder();
});

afterEach(() => rm(folder, { recursive: true }));

it('a run with AdamW, clipping, random crops and an early end has the same bits after kills, one right before it ends', async () => {
  const whole = startTrainer(tinyRun(folder, RECIPE));
  expect(await whole.trainer.ended).toBeNull();
  const end = whole.events.at(-1);
  expect(end).toMatchObject({ type: 'run.finished', reason: expect.stringMatching(/^Ended early/) });
  const last = stepsIn(whole.events).length;
  expect(last).toBeLessThan(12 * 10);
  const path = join(folder, 'weights.safetensors');
  const weights = await readFile(path);

  await rm(folder, { recursive: true });
  // Within an epoch, and once the last epoch is evaluated, where it is decided that the run ends.
  const isEvaluated = (event: RunEvent) => event.type === 'checkpoint.saved' && event.step === last;
  const events = await trainInParts(folder, [cutAt(last - 7, 'kill'), { isAt: isEvaluated, by: 'kill' }], RECIPE);
  expect(stepsIn(events)).toEqual(stepsIn(whole.events));
  expect(measured(events).at(-1)).toEqual(measured(whole.events).at(-1));
  expect(await readFile(path)).toEqual(weights);
});
