import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import type { RunEvent } from '#core/run-event.ts';
import { measured } from '../support/train-in-parts.ts';
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
  const events: RunEvent[] = [];
  // Within an epoch; once the last epoch is evaluated, where it is decided that the run ends; and not at all.
  const cuts: readonly ((event: RunEvent) => boolean)[] = [
    (event) => event.type === 'step.sampled' && event.step >= last - 7,
    (event) => event.type === 'checkpoint.saved' && event.step === last,
  ];
  for (const isCut of [...cuts, null]) {
    const command = { ...tinyRun(folder, RECIPE), resume: events.length > 0, lastSeq: events.at(-1)?.seq ?? 0 };
    const part = startTrainer(command);
    if (isCut !== null) void part.waitFor(isCut).then(() => part.trainer.kill());
    await part.trainer.ended;
    events.push(...part.events);
  }
  expect(stepsIn(events)).toEqual(stepsIn(whole.events));
  expect(measured(events).at(-1)).toEqual(measured(whole.events).at(-1));
  expect(await readFile(path)).toEqual(weights);
});

/** Loss and rates of each step, in order; steps that were trained again count once, as they came out last. */
function stepsIn(events: readonly RunEvent[]) {
  const sampled = events.filter((event) => event.type === 'step.sampled');
  const bySteps = new Map(sampled.map(({ step, loss, learningRates }) => [step, { step, loss, learningRates }]));
  return [...bySteps.values()].sort((first, second) => first.step - second.step);
}
