import { datasetName, networkName } from '#core/figure/labels.ts';
import type { BaseSpec } from '#core/run.ts';
import { counted } from './format.ts';

/** One line that says what all arms of a study share: "DenseNet-BC 10 (k = 16) · fashion-mnist · 4 epochs". */
export function baseText(base: BaseSpec): string {
  return [networkName(base.model), datasetName(base.dataset), counted(base.epochs, 'epoch')].join(' · ');
}
