import { LEAST_CROP_AREA } from './augmentation.ts';
import type { InputSettings } from './input-settings.ts';

/** What the network reads of an image, in a few words: "32 × 32, grey in 3 channels"; null where it is the stored image. */
export function inputText({ input }: Pick<InputSettings, 'input'>): string | null {
  const { size, channels } = input ?? {};
  const words = [
    ...(size === undefined ? [] : [`${size} × ${size}`]),
    ...(channels === undefined ? [] : [channels === 1 ? '1 channel' : 'grey in 3 channels']),
  ];
  return words.length === 0 ? null : words.join(', ');
}

/** "random resized crop of at least 8 %, flip", "crop and flip", "none" */
export function augmentationText({ augment, cropScale = LEAST_CROP_AREA }: InputSettings): string {
  if (augment === 'none') return 'none';
  if (augment === 'crop-flip') return 'crop and flip';
  return `random resized crop of at least ${Number((100 * cropScale).toPrecision(6))} %, flip`;
}

/** "by the training images", "ImageNet", "mean 0.5; deviation 0.25" */
export function normalizationText({ normalization }: Pick<InputSettings, 'normalization'>): string {
  if (normalization === undefined) return 'by the training images';
  if (normalization === 'imagenet') return 'ImageNet';
  return `mean ${normalization.mean.join(', ')}; deviation ${normalization.std.join(', ')}`;
}

/** How stored images become what the network reads, as the methods say it; empty where it reads them as they are. */
export function inputSentences({ input, augment }: InputSettings): readonly string[] {
  const { size, channels } = input ?? {};
  const isDrawn = augment === 'random-resized-crop';
  const where = isDrawn ? 'In evaluation, the network reads' : 'The network reads';
  return [
    ...(size === undefined
      ? []
      : [
          `${where} ${size}×${size} pixels: an image whose shorter side is not between that and 256/224 of it is resized (triangle filter) to the nearer of the two, then the centre is cropped.`,
        ]),
    ...(channels === 3 ? ['Grey images are repeated into 3 channels.'] : []),
  ];
}

/** How the images that are trained on are varied. */
export function augmentationSentence(
  { cropScale = LEAST_CROP_AREA, ...settings }: InputSettings,
  fresh: string,
): string {
  if (settings.augment === 'none') return 'No augmentation.';
  const crop =
    settings.augment === 'crop-flip'
      ? 'padded by 4 black pixels on each side, cropped at random to the old size'
      : `a random crop of ${cropScale} to 1 of the area with sides of 3:4 to 4:3 (uniform in the logarithm) is resized (triangle filter) to what the network reads`;
  return `Augmentation: ${crop}, flipped left to right in half of the cases, drawn ${fresh}; none in evaluation.`;
}
