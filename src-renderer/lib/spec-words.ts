import type { BaseSpec, ModelSpec } from '#core/run.ts';
import { counted } from './format.ts';

/** "DenseNet-BC 76, growth 12", "ResNet 40 (width 1)", "WRN 40-4, no skips", "VGG 16". */
export function networkText(model: ModelSpec): string {
  switch (model.kind) {
    case 'densenet-bc':
      return `DenseNet-BC ${model.depth}, growth ${model.growth}`;
    case 'wide-resnet': {
      const skips = model.skip ? '' : ', no skips';
      return model.width === 1 ? `ResNet ${model.depth}${skips}` : `WRN ${model.depth}-${model.width}${skips}`;
    }
    case 'vgg':
      return `VGG ${model.depth}`;
  }
}

/** A registered name, or what its files are. */
export function datasetText(dataset: BaseSpec['dataset']): string {
  if (typeof dataset === 'string') return dataset;
  if (dataset.kind !== 'synthetic') return `${dataset.kind} files`;
  return `synthetic ${dataset.width} × ${dataset.height}`;
}

/** One line that says what all arms of a study share. */
export function baseText(base: BaseSpec): string {
  return [networkText(base.model), datasetText(base.dataset), counted(base.epochs, 'epoch')].join(' · ');
}
