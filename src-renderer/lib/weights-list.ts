import type { WeightsEntry } from '#contract/weights.ts';
import { enumerated } from '#core/analysis/name-list.ts';
import { networkName } from '#core/figure/labels.ts';
import { freeName } from '#core/free-name.ts';
import type { NetworkKind } from '#core/network/network-kind.ts';
import { NETWORKS } from '#core/network/networks.ts';
import { type WeightsSpec, weightsSchema } from '#core/weights/weights-spec.ts';
import type { StartingWeights } from './fine-tuning.ts';
import { counted } from './format.ts';
import { PLAIN_NAMES, plainName } from './plain-name.ts';

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

/** The networks whose published weights are read: "ResNet (torchvision), MobileNetV2 and VGG-16-BN". */
export function publishedNetworks(): string {
  const kinds: readonly NetworkKind[] = NETWORKS;
  return enumerated(kinds.flatMap(({ title, publishedSizes }) => (publishedSizes === undefined ? [] : [title])));
}

/** What is said of a file that was added and is of no use. */
export function fitsNoNetwork(name: string): string {
  return `${name} was added, but no network here can begin with it: choose unchanged weights of ${publishedNetworks()} in a size that is published, or of a run.`;
}

/** The source of weights alone: what tells two choices apart, whatever is done with the head. */
export function startKey({ head: _, names: __, ...source }: WeightsSpec): string {
  return JSON.stringify(source);
}

/** "resnet18" of "resnet18.safetensors": the name that most would type. */
export function nameOfFile(file: string): string {
  return file.replace(/\.safetensors$/i, '') || file;
}

/** The name of a file as far as weights may be called so, numbered where others are: "my-net-2" of "my net.safetensors". */
export function newNameOf(file: string, taken: ReadonlySet<string>): string {
  const plain = plainName(nameOfFile(file)).replace(/(\.safetensors)+$/i, '');
  return freeName(plain || 'weights', taken, PLAIN_NAMES);
}
