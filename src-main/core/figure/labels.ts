import { datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { BaseSpec, ModelSpec } from '#core/run.ts';

/** As papers call it: a wide residual network of width 1 is the plain one. */
export function networkFamily(model: ModelSpec): string {
  switch (model.kind) {
    case 'densenet-bc':
      return 'DenseNet';
    case 'wide-resnet':
      return model.width === 1 ? 'ResNet' : `Wide ResNet ${model.width}`;
    case 'vgg':
      return 'VGG';
  }
}

/** With everything that makes it another network: "DenseNet-BC 76 (k = 12)". */
export function networkName(model: ModelSpec): string {
  switch (model.kind) {
    case 'densenet-bc':
      return `DenseNet-BC ${model.depth} (k = ${model.growth})`;
    case 'wide-resnet': {
      const name = model.width === 1 ? `ResNet ${model.depth}` : `Wide ResNet ${model.depth}-${model.width}`;
      return model.skip ? name : `${name}, no skips`;
    }
    case 'vgg':
      return `VGG ${model.depth}${model.width === undefined ? '' : ` x${model.width}`}`;
  }
}

/** Whether layers hand on more than their output: residual and dense connections both do. */
export function skipName(model: ModelSpec): string {
  const hasSkips = model.kind === 'densenet-bc' || (model.kind === 'wide-resnet' && model.skip);
  return hasSkips ? 'skip connections' : 'no skip connections';
}

/** Of FreezeOut the paper's four: linear or cubic, plain or scaled. */
export function variantName(policy: Policy): string {
  if (policy.kind !== 'freezeout') return kindName(policy);
  const shape = policy.shape === 'curve' ? 'own curve' : policy.shape;
  return `${shape} ${policy.scaled ? 'scaled' : 'plain'}`;
}

function kindName(policy: Policy): string {
  return policy.kind === 'none' ? 'baseline' : policy.kind.replaceAll('-', ' ');
}

export function t0Name(policy: Policy): string {
  if (policy.kind !== 'freezeout') return kindName(policy);
  return policy.shape === 'curve' ? 'own curve' : `t0 = ${policy.t0}`;
}

/** A registered name, or what the place of the files says. */
export function datasetName(dataset: BaseSpec['dataset']): string {
  if (typeof dataset === 'string') return dataset;
  const path = pathOf(dataset) ?? '';
  const lastPart = path.split(/[\\/]/).findLast((part) => part !== '');
  return datasetKindOf(dataset).nameOf?.(dataset) ?? lastPart ?? dataset.kind;
}

const LONGEST_NAME = 40;
const LONGEST_END = 10;

/** Names that would fill the legend lose their middle, where the points of a curve are. */
export function shortened(name: string, longest = LONGEST_NAME): string {
  const characters = [...name];
  if (characters.length <= longest) return name;
  const end = Math.min(LONGEST_END, Math.floor(longest / 3));
  return `${characters.slice(0, longest - end - 1).join('')}…${characters.slice(-end).join('')}`;
}
