import type { WeightsEntry } from '#contract/weights.ts';
import { networkName } from '#core/figure/labels.ts';
import { type WeightsSpec, weightsSchema } from '#core/weights/weights-spec.ts';
import type { StartingWeights } from './fine-tuning.ts';
import { counted } from './format.ts';
import { freeName } from './study-name.ts';

/** The weights that a network here can begin with, one for each network that they fit. */
export function startingWeights(entries: readonly WeightsEntry[]): readonly StartingWeights[] {
  return entries.flatMap(({ source, title, fits, reading }) =>
    fits.map(({ model, names, classes }): StartingWeights => {
      const network = networkName(model);
      const origin = 'run' in source ? 'a finished run' : 'a file that was added';
      const head = classes === null ? 'without a head' : `trained on ${counted(classes, 'class', 'classes')}`;
      return {
        key: JSON.stringify([source, model]),
        title: `${title} (${network})`,
        detail: `${origin}, ${head}`,
        weights: weightsSchema.parse({ ...source, names, head: 'new' }),
        model,
        reading,
      };
    }),
  );
}

/** Weights that were added but fit no network here, with the file's name. */
export function unusableWeights(entries: readonly WeightsEntry[]): readonly string[] {
  return entries.filter(({ fits }) => fits.length === 0).map(({ title }) => title);
}

/** The source of weights alone: what tells two choices apart, whatever is done with the head. */
export function startKey({ head: _, names: __, ...source }: WeightsSpec): string {
  return JSON.stringify(source);
}

/** "resnet18" of "resnet18.safetensors": the name that most would type. */
export function nameOfFile(file: string): string {
  return file.replace(/\.safetensors$/i, '') || file;
}

/** What names of weights may be. */
const WEIGHTS_NAMES = { longest: 64, beforeNumber: '-' };

/** The name of a file as far as weights may be called so, numbered where others are: "my-net-2" of "my net.safetensors". */
export function newNameOf(file: string, taken: ReadonlySet<string>): string {
  const plain = nameOfFile(file)
    .replaceAll(/[^a-z0-9._-]+/gi, '-')
    .replaceAll(/^[._-]+|-+$|(\.safetensors)+$/gi, '');
  return freeName(plain || 'weights', taken, WEIGHTS_NAMES);
}
