import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import type { GraphNode } from '../../src-main/tensorflow/graph-builder.ts';
import type { GraphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { graphDevice } from '../../src-main/tensorflow/graph-device.ts';
import type { TrainingGraphSettings } from '../../src-main/tensorflow/training-graph.ts';
import { TrainingGraph } from '../../src-main/tensorflow/training-graph.ts';

/** A network and the images that it reads. */
export interface BuiltCase {
  readonly model: ModelSpec;
  readonly side: number;
}

/** Every kind of network, in sizes that have all of its operations. */
export const EVERY_NETWORK: readonly BuiltCase[] = [
  { model: { kind: 'densenet-bc', depth: 10, growth: 4 }, side: 12 },
  { model: { kind: 'wide-resnet', depth: 10, width: 2, skip: true }, side: 12 },
  { model: { kind: 'wide-resnet', depth: 10, width: 1, skip: false }, side: 12 },
  { model: { kind: 'vgg', depth: 16, dropout: 0.5 }, side: 28 },
  { model: { kind: 'resnet', depth: 18, stem: 'imagenet' }, side: 64 },
  { model: { kind: 'resnet', depth: 50, stem: 'small' }, side: 32 },
  { model: { kind: 'mobilenet-v2', width: 1, dropout: 0.2 }, side: 64 },
  { model: { kind: 'densenet-121' }, side: 64 },
  { model: { kind: 'vgg-16-bn', dropout: 0.5, width: 1 }, side: 64 },
];

const SGD = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
const ADAMW = {
  kind: 'adamw',
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
} as const;

/** What a run may ask of its graph besides a network, in as few graphs as have all of it. */
const WAYS: Readonly<
  Record<
    string,
    Omit<TrainingGraphSettings, 'network' | 'batchSize' | 'keepsBits' | keyof ReturnType<typeof graphDevice>>
  >
> = {
  SGD: { optimizer: SGD, sumsGradients: false, movesStatistics: false },
  'AdamW, clipped and smoothed, with sums of gradients': {
    optimizer: ADAMW,
    sumsGradients: true,
    movesStatistics: false,
    labelSmoothing: 0.1,
  },
  'products in bf16': { optimizer: SGD, sumsGradients: false, movesStatistics: false, castsProducts: true },
  'moving statistics': { optimizer: SGD, sumsGradients: false, movesStatistics: true },
};

export interface NamedGraph {
  readonly name: string;
  readonly graph: TrainingGraph;
  readonly layers: number;
}

/** The graph of a network in every way in which a run may train it, as for a GPU or for this machine's processor. */
export function graphsOf(
  { model, side }: BuiltCase,
  usesGpu: boolean,
  device: Partial<GraphDevice> = {},
): readonly NamedGraph[] {
  const network = buildNetwork(model, { height: side, width: side, channels: 3 }, 4);
  return Object.entries(WAYS).map(([way, settings]) => ({
    name: `${JSON.stringify(model)}, ${way}`,
    graph: graphOf(network, { ...settings, ...graphDevice(usesGpu), ...device }),
    layers: network.layers.length,
  }));
}

function graphOf(
  network: Network,
  settings: Omit<TrainingGraphSettings, 'network' | 'batchSize' | 'keepsBits'>,
): TrainingGraph {
  return new TrainingGraph({ network, batchSize: 2, keepsBits: network.keepsBits ?? false, ...settings });
}

/** All nodes of a graph and of its functions. */
export function nodesOf({ main, functions }: TrainingGraph): readonly GraphNode[] {
  return [main, ...functions.map(({ body }) => body)].flatMap(({ nodes }) => nodes);
}
