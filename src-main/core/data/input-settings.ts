import { z } from 'zod';

export const AUGMENTATIONS = ['none', 'crop-flip', 'random-resized-crop'] as const;
/** How the images that are trained on are varied. */
export type Augmentation = (typeof AUGMENTATIONS)[number];

/** The channels that a network can read: grey, or red, green and blue. */
const CHANNELS = [1, 3] as const;
const LEAST_SIDE = 4;
const MOST_SIDE = 1024;

/** What says nothing is left out, so that a spec that says the default is the same as one that says nothing. */
const sizeAndChannels = z
  .strictObject({
    /** Side of the square that the network reads; default: images as they are stored. */
    size: z.int().min(LEAST_SIDE).max(MOST_SIDE).optional(),
    /** Default: those of the data. Grey images are repeated into 3 channels. */
    channels: z.literal(CHANNELS).optional(),
  })
  .transform((input) => (input.size === undefined && input.channels === undefined ? undefined : input));

/** Pixels are in [0, 1] before they are normalised: values of 0 to 255 are refused. */
const moments = z.strictObject({
  mean: z.array(z.number().min(0).max(1)).min(1),
  std: z.array(z.number().positive().max(1)).min(1),
});

const normalizationSchema = z
  .union([z.enum(['data', 'imagenet']), moments])
  .transform((choice) => (choice === 'data' ? undefined : choice));

/** The keys of a spec that say how a stored image becomes what the network reads. All but `augment` are absent by default. */
export const inputShapeOfSpec = {
  input: sizeAndChannels.optional(),
  augment: z.enum(AUGMENTATIONS).default('crop-flip'),
  /** The least share of an image's area that a random resized crop takes; default: 0.08. */
  cropScale: z.number().positive().max(1).optional(),
  /** Default: the mean and the deviation of the images that are trained on. */
  normalization: normalizationSchema.optional(),
};

export const inputSettingsSchema = z.object(inputShapeOfSpec);
export type InputSettings = z.infer<typeof inputSettingsSchema>;
