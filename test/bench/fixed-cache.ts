/**
 * How fast does training go with all but the head frozen from the start, where inputs repeat (no augmentation), against full
 * fine-tuning? The three runs (full, frozen without the cache, frozen with it) take turns every few steps, each on a clock of
 * its own, so that a machine that drifts is the same for all. From epoch 2 on the cache has the output of every image.
 *
 *   node test/bench/fixed-cache.ts                         ResNet-18 with the small stem, 320 images of 64x64, batch 32, 4 epochs
 *   node test/bench/fixed-cache.ts --model wide-resnet --side 32
 *   node test/bench/fixed-cache.ts --clock cpu             processor time: for a machine that does other work too
 *
 * Losses are compared bit for bit. Ends with 1 where the cached run is not 5 times as fast as full fine-tuning.
 */
import { parseArgs } from 'node:util';
import { modelSchema } from '#core/network/network.ts';
import { loadAsTrainer } from '../support/judged-networks.ts';
import type { Outcome } from '../support/training-in-turns.ts';
import { lossesOf, Turns, trainInTurns } from '../support/training-in-turns.ts';

const REQUIRED = 5;

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'resnet' },
    images: { type: 'string', default: '320' },
    epochs: { type: 'string', default: '4' },
    batch: { type: 'string', default: '32' },
    side: { type: 'string', default: '64' },
    clock: { type: 'string', default: 'wall' },
  },
});

const CHOICES = { resnet: { depth: 18, stem: 'small' }, 'wide-resnet': { depth: 16, width: 2 } };
const model = modelSchema.parse({ kind: options.model, ...CHOICES[options.model as keyof typeof CHOICES] });
const binding = loadAsTrainer();
const turns = new Turns();
const fixed = { policy: { kind: 'fixed', share: 1 } };
const changes = [{}, { ...fixed, prefixCache: 'off' }, fixed];
const outcomes = await Promise.all(changes.map(train));

const rates = outcomes.map(rateOf);
console.log(
  `${JSON.stringify(model)}, ${options.images} images of ${options.side} pixels a side, batch ${options.batch}`,
);
console.log('images a second from epoch 2 on, by the clock', options.clock);
for (const [index, name] of ['full fine-tuning', 'all but the head frozen', '... with the cache'].entries()) {
  console.log(
    `${name.padEnd(26)}${rates[index].toFixed(0).padStart(8)}${(rates[index] / rates[0]).toFixed(2).padStart(8)}x`,
  );
}
const losses = outcomes.map(lossesOf);
const isEqual = losses[2].every((loss, step) => Object.is(loss, losses[1][step]));
console.log(`losses with and without the cache: ${isEqual ? 'equal bit for bit' : 'DIFFERENT'}`);
process.exitCode = isEqual && rates[2] >= REQUIRED * rates[0] ? 0 : 1;

function train(change: object): Promise<Outcome> {
  const spec = { epochs: Number(options.epochs), batchSize: Number(options.batch), augment: 'none', ...change };
  const optimizer = { learningRate: 0.01 };
  const sizes = { side: Number(options.side), images: Number(options.images), stepsATurn: 3 };
  return trainInTurns({ binding, model, turns, change: { ...spec, optimizer }, clock: options.clock, ...sizes });
}

/** Images of all epochs but the first, over the seconds that these took. */
function rateOf({ events }: Outcome): number {
  const later = events.flatMap((event) =>
    event.type === 'epoch.finished' && event.epoch > 1 ? [event.seconds.training] : [],
  );
  const images = Math.floor(Number(options.images) / Number(options.batch)) * Number(options.batch);
  return (images * later.length) / later.reduce((sum, seconds) => sum + seconds, 0);
}
