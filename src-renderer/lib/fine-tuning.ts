import type { FineTuningChoice } from '#core/presets/preset.ts';
import { chosenStudy } from '#core/presets/presets.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { StudySpec } from '#core/study.ts';

/** The preset that says how many layers to freeze. */
const PRESET = 'how-many-layers';

/** Weights that a network can begin with, as one chooses among them. */
export interface StartingWeights extends Pick<FineTuningChoice, 'weights' | 'model' | 'reading'> {
  /** What it is found by again when the list is read anew. */
  readonly key: string;
  readonly title: string;
  /** The network, and where the weights come from. */
  readonly detail: string;
}

/** How long one wants to wait; each answers the question, with more or less of an effect left to chance. */
export const LENGTHS = [
  { value: 'quick', label: 'A quick look', share: 1 / 3 },
  { value: 'usual', label: 'As usual', share: 1 },
  { value: 'thorough', label: 'Thorough', share: 2 },
] as const;

/** Which pixels a network was trained on: nothing in a file of weights says so. */
export type ExpectedPixels = 'imagenet' | 'symmetric' | 'plain' | 'data';

interface PixelChoice {
  readonly value: ExpectedPixels;
  readonly label: string;
  readonly normalization: FineTuningChoice['normalization'];
}

export const EXPECTED_PIXELS: readonly PixelChoice[] = [
  { value: 'imagenet', label: 'as for ImageNet', normalization: 'imagenet' },
  { value: 'symmetric', label: 'from −1 to 1', normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } },
  { value: 'plain', label: 'from 0 to 1', normalization: { mean: [0, 0, 0], std: [1, 1, 1] } },
  { value: 'data', label: 'normalised by the images themselves', normalization: 'data' },
];

export type Length = (typeof LENGTHS)[number]['value'];

/** Fewer than these show nothing of a policy that trains the head first. */
const LEAST_EPOCHS = 3;

export interface FineTuningChoices {
  readonly start: StartingWeights;
  /** Null for weights whose run says it. */
  readonly pixels: ExpectedPixels | null;
  readonly length: Length;
}

/** The study that says how many layers to freeze. Throws a bad request where the network does not fit the data. */
export function fineTuningStudy(dataset: DatasetRecord, { start, pixels, length }: FineTuningChoices): StudySpec {
  const { weights, model, reading } = start;
  const normalization = EXPECTED_PIXELS.find(({ value }) => value === pixels)?.normalization;
  const choice = { dataset: dataset.name, images: dataset, weights, model, reading, normalization };
  const usual = chosenStudy(PRESET, choice);
  const { share } = LENGTHS.find(({ value }) => value === length) ?? LENGTHS[1];
  if (share === 1) return usual;
  return chosenStudy(PRESET, { ...choice, epochs: Math.max(LEAST_EPOCHS, Math.round(share * usual.base.epochs)) });
}
