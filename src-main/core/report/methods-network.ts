import { enumerated } from '#core/analysis/name-list.ts';
import { wholeNumber } from '#core/analysis/quantity.ts';
import { networkOf } from '#core/network/network.ts';
import type { NetworkKind } from '#core/network/network-kind.ts';
import type { LayerRecord } from '#core/records.ts';
import { type WeightsSpec, weightsWords } from '#core/weights/weights-spec.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';

/** Kind, size, cost and initial weights of the network. */
export function networkMethods({ study, runs }: MethodsFacts): MethodsParagraph {
  const { model } = study.base;
  const network = networkOf(model);
  const layers = runs.find((run) => run.layers.length > 0)?.layers ?? [];
  const text = [
    `${network.name(model)}: ${network.structure(model)}`,
    `${network.hasConvolutionBiases ? 'Every' : 'No'} convolution has a bias; batch norms use epsilon 1e-5 and running statistics with momentum 0.1 and unbiased variance.`,
    sizeText(layers),
    ...weightsTexts(study.base.weights, runs, startText(network)),
  ];
  return { title: 'Network', text: text.join(' ') };
}

function sizeText(layers: readonly LayerRecord[]): string {
  if (layers.length === 0) return 'Its size is not known before the first run has begun.';
  const sum = (part: (layer: LayerRecord) => number) => layers.reduce((total, layer) => total + part(layer), 0);
  const params = wholeNumber(sum((layer) => layer.params));
  const macs = wholeNumber(sum((layer) => layer.macs));
  return `${layers.length} layers, ${params} trained parameters, ${macs} multiply-adds for one image's forward pass (convolutions and dense parts).`;
}

/** What every run begins with, as far as it was recorded. */
function weightsTexts(weights: WeightsSpec | undefined, runs: MethodsFacts['runs'], drawn: string): readonly string[] {
  if (weights === undefined) return [drawn];
  const hashes = [...new Set(runs.flatMap((run) => run.weights?.sha256 ?? []))];
  const hash = hashes.length === 0 ? '' : ` (SHA-256 of the file: ${enumerated(hashes)})`;
  const begin = `All runs begin with the weights of ${weightsWords(weights)}${hash}`;
  const others =
    hashes.length < 2 ? [] : ['Runs with other weights than those of the first run of the baseline are not compared.'];
  if (weights.head === 'keep') return [`${begin}, head included.`, ...others];
  return [`${begin}; the dense part that gives the logits is drawn anew from the seed.`, ...others, drawn];
}

function startText({ denseStart, convolutionFan = 'out' }: NetworkKind): string {
  const fan = convolutionFan === 'in' ? 'channels' : 'filters';
  const biases = denseStart.bias === undefined ? 'biases 0' : `${denseStart.bias.text}, other biases 0`;
  return `Initial weights: convolutions from a normal distribution with standard deviation √(2 / (height × width × ${fan})) (He, fan-${convolutionFan}), ${denseStart.text}, ${biases}, batch norms the identity.`;
}
