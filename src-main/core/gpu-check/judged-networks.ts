import type { ModelSpec } from '#core/network/network.ts';

/** A network on which a GPU is checked, and the batches that it gets. */
export interface JudgedNetwork {
  readonly name: string;
  readonly model: ModelSpec;
  /** Height and width of its images, which have three channels. */
  readonly side: number;
  readonly batchSize: number;
}

/** The networks of docs/performance.md, in its sizes. */
export const GPU_NETWORKS: readonly JudgedNetwork[] = [
  { name: 'DenseNet-BC 40-12', model: { kind: 'densenet-bc', depth: 40, growth: 12 }, side: 32, batchSize: 50 },
  { name: 'WRN-16-2', model: { kind: 'wide-resnet', depth: 16, width: 2, skip: true }, side: 32, batchSize: 50 },
  { name: 'VGG-16', model: { kind: 'vgg', depth: 16, dropout: 0.5 }, side: 32, batchSize: 50 },
  { name: 'ResNet-18', model: { kind: 'resnet', depth: 18, stem: 'imagenet' }, side: 64, batchSize: 32 },
  { name: 'MobileNetV2', model: { kind: 'mobilenet-v2', width: 1, dropout: 0.2 }, side: 96, batchSize: 32 },
];

/** The depths that are looked at: all of them, or with `isQuick` those of docs/performance.md. The head always trains. */
export function judgedDepths(layers: number, isQuick: boolean): readonly number[] {
  if (!isQuick) return Array.from({ length: layers }, (_, depth) => depth);
  const depths = [0, 1 / 4, 1 / 2, 3 / 4, 1].map((share) => Math.min(layers - 1, Math.round(share * layers)));
  return [...new Set(depths)];
}
