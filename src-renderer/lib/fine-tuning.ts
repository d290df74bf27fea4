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

export type Length = (typeof LENGTHS)[number]['value'];

/** Fewer than these show nothing of a policy that trains the head first. */
const LEAST_EPOCHS = 3;

/** The study that says how many layers to freeze. Throws a bad request where the network does not fit the data. */
export function fineTuningStudy(dataset: DatasetRecord, start: StartingWeights, length: Length): StudySpec {
  const { weights, model, reading } = start;
  const choice = { dataset: dataset.name, images: dataset, weights, model, reading };
  const usual = chosenStudy(PRESET, choice);
  const { share } = LENGTHS.find(({ value }) => value === length) ?? LENGTHS[1];
  if (share === 1) return usual;
  return chosenStudy(PRESET, { ...choice, epochs: Math.max(LEAST_EPOCHS, Math.round(share * usual.base.epochs)) });
}
