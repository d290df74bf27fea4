import { z } from 'zod';
import { type Augmentation, type InputSettings, inputSettingsSchema } from '#core/data/input-settings.ts';
import { networkInput } from '#core/data/network-input.ts';
import type { ImageShape } from '#core/network/operations/operation.ts';
import { numberIn, numbersIn, numberText, optionalNumberIn } from './number-text.ts';

const text = z.string().default('');

const NORMALIZATIONS = ['data', 'imagenet', 'given'] as const;

/** What is typed about what the network reads of an image. */
export const inputDraftSchema = z.object({
  /** Empty: images as they are stored. */
  size: text,
  /** Empty: the channels of the data. */
  channels: z.enum(['', '1', '3']).default(''),
  /** Empty: the usual one. */
  cropScale: text,
  normalization: z.enum(NORMALIZATIONS).default('data'),
  /** One number for each channel, where they are given. */
  mean: text,
  std: text,
});
export type InputDraft = z.infer<typeof inputDraftSchema>;

export function inputDraft({ input, cropScale, normalization }: InputSettings): InputDraft {
  const given = typeof normalization === 'object' ? normalization : null;
  return {
    size: numberText(input?.size),
    channels: input?.channels === undefined ? '' : `${input.channels}`,
    cropScale: numberText(cropScale),
    normalization: given === null ? (normalization === 'imagenet' ? 'imagenet' : 'data') : 'given',
    mean: given?.mean.join(', ') ?? '',
    std: given?.std.join(', ') ?? '',
  };
}

/** The keys of a spec that are typed; the least area is asked only where crops are resized. */
export function inputJson(draft: InputDraft, augment: Augmentation) {
  const size = optionalNumberIn(draft.size);
  const input = {
    ...(size === undefined ? {} : { size }),
    ...(draft.channels === '' ? {} : { channels: numberIn(draft.channels) }),
  };
  const cropScale = augment === 'random-resized-crop' ? optionalNumberIn(draft.cropScale) : undefined;
  return {
    ...(Object.keys(input).length === 0 ? {} : { input }),
    ...(cropScale === undefined ? {} : { cropScale }),
    ...normalizationJson(draft),
  };
}

function normalizationJson({ normalization, mean, std }: InputDraft) {
  if (normalization === 'data') return {};
  if (normalization === 'imagenet') return { normalization };
  return { normalization: { mean: numbersIn(mean), std: numbersIn(std) } };
}

/** What the network reads of these images; null while the draft does not say it. */
export function draftInput(
  { input, augment }: { readonly input: InputDraft; readonly augment: Augmentation },
  images: ImageShape,
): ImageShape | null {
  const settings = inputSettingsSchema.safeParse({ augment, ...inputJson(input, augment) }).data;
  try {
    return settings === undefined ? null : networkInput(settings, images);
  } catch {
    return null;
  }
}
