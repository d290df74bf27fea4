import { datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { networkOf } from '#core/network/network.ts';
import type { BaseSpec } from '#core/run.ts';

/** The name that papers use: a wide residual network of width 1 is a plain ResNet. */
export function networkFamily(model: ModelSpec): string {
  return networkOf(model).family(model);
}

/** The name with everything that distinguishes the network: "DenseNet-BC 76 (k = 12)". */
export function networkName(model: ModelSpec): string {
  return networkOf(model).name(model);
}

/** Whether layers pass on more than their output, as residual and dense connections do. */
export function skipName(model: ModelSpec): string {
  return networkOf(model).hasSkips(model) ? 'skip connections' : 'no skip connections';
}

/** A registered name, or one made from the location of the files. */
export function datasetName(dataset: BaseSpec['dataset']): string {
  if (typeof dataset === 'string') return dataset;
  const path = pathOf(dataset) ?? '';
  const lastPart = path.split(/[\\/]/).findLast((part) => part !== '');
  return datasetKindOf(dataset).nameOf?.(dataset) ?? lastPart ?? dataset.kind;
}

const LONGEST_NAME = 40;
const LONGEST_END = 10;

/** Long names would fill the legend, so they lose their middle. */
export function shortened(name: string, longest = LONGEST_NAME): string {
  const characters = [...name];
  if (characters.length <= longest) return name;
  const end = Math.min(LONGEST_END, Math.floor(longest / 3));
  return `${characters.slice(0, longest - end - 1).join('')}…${characters.slice(-end).join('')}`;
}
