import { networkName } from '#core/figure/labels.ts';
import type { LayerRecord } from '#core/records.ts';
import type { ModelSpec } from '#core/run.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';
import { wholeNumber } from './methods-facts.ts';

/** Kind, size and cost of the network, and how its weights begin. */
export function networkMethods({ study, runs }: MethodsFacts): MethodsParagraph {
  const { model, initialWeights } = study.base;
  const layers = runs.find((run) => run.layers.length > 0)?.layers ?? [];
  const text = [
    `${networkName(model)}: ${structureText(model)}`,
    'No convolution has a bias; batch norms use epsilon 1e-5 and running statistics with momentum 0.1 and unbiased variance.',
    sizeText(layers),
    initialWeights === undefined ? startText(model) : `All runs start from the weights in ${initialWeights}.`,
  ];
  return { title: 'Network', text: text.join(' ') };
}

/** After the divisions of the authors' code, which are also ours. */
function structureText(model: ModelSpec): string {
  switch (model.kind) {
    case 'densenet-bc':
      return `depth ${model.depth}, growth rate ${model.growth}, compression 0.5, three dense blocks; transitions apply ReLU before the batch norm, as in the authors' code. A layer that freezes as one unit is the stem, a bottleneck, a transition or the head.`;
    case 'wide-resnet':
      return `depth ${model.depth}, width factor ${model.width}, three groups of pre-activation blocks${model.skip ? '' : ', without the additions and the 1×1 shortcuts and otherwise the same'}. A layer that freezes as one unit is the stem, a block or the head.`;
    case 'vgg':
      return `${model.depth} weight layers with batch norm${model.width === undefined ? '' : `, filters and units times ${model.width}`}, dropout ${model.dropout} in the classifier, images padded with zeros to 32×32. A layer that freezes as one unit is a convolution with its batch norm, or the whole classifier (the head).`;
  }
}

function sizeText(layers: readonly LayerRecord[]): string {
  if (layers.length === 0) return 'Its size is not known before the first run has begun.';
  const sum = (part: (layer: LayerRecord) => number) => layers.reduce((total, layer) => total + part(layer), 0);
  const params = wholeNumber(sum((layer) => layer.params));
  const macs = wholeNumber(sum((layer) => layer.macs));
  return `${layers.length} layers, ${params} trained parameters, ${macs} multiply-adds for one image's forward pass (convolutions and dense parts).`;
}

function startText({ kind }: ModelSpec): string {
  const dense =
    kind === 'vgg'
      ? 'dense weights from a normal distribution with standard deviation 0.01'
      : 'dense weights from a uniform one within ±1/√inputs';
  return `Initial weights: convolutions from a normal distribution with standard deviation √(2 / (height × width × filters)) (He, fan-out), ${dense}, biases 0, batch norms the identity.`;
}
