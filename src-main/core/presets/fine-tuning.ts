import { networkName } from '#core/figure/labels.ts';
import type { FineTuningChoice, WrittenBase } from './preset.ts';

const MOST_BATCH = 32;
const LEAST_BATCH = 4;
/** A batch is at most this share of the images, so that an epoch has some steps. */
const BATCH_SHARE = 0.05;

/** So many images are seen in all, where that gives a number of epochs between these. */
const IMAGES_SEEN = 50_000;
const LEAST_EPOCHS = 5;
const MOST_EPOCHS = 30;

/** From this side on a random part of an image still shows what it is of. */
const LARGE_SIDE = 96;

/** Points that freezing may cost: few images make errors coarse. */
export const FINE_TUNING_MARGIN = 1;

/**
 * The base of a study of fine-tuning. The learning rate is a tenth of that from scratch, with SGD, so that pretrained layers change
 * slowly; images are varied as their size allows.
 */
export function fineTuningBase(choice: FineTuningChoice): WrittenBase {
  const { dataset, images, weights, model, reading, epochs, normalization = 'imagenet' } = choice;
  const { training, height, width, channels } = images;
  const published = { ...(channels === 1 && { input: { channels: 3 as const } }), normalization };
  const batch = Math.round(BATCH_SHARE * training);
  return {
    ...{ dataset, model, weights },
    ...(reading ?? published),
    epochs: epochs ?? within(LEAST_EPOCHS, Math.round(IMAGES_SEEN / training), MOST_EPOCHS),
    batchSize: within(LEAST_BATCH, batch, MOST_BATCH),
    optimizer: { learningRate: 0.01 },
    augment: Math.min(height, width) >= LARGE_SIDE ? 'random-resized-crop' : 'crop-flip',
  };
}

function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** "ResNet-18 on flowers, 10 epochs" */
export function fineTuningName({ dataset, model }: FineTuningChoice, { epochs }: Pick<WrittenBase, 'epochs'>): string {
  return `${networkName(model)} on ${dataset}, ${epochs} epochs`;
}
