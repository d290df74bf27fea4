import type { Batch } from '#core/data/batch.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { ReducedPrecision } from '#core/training/precision.ts';
import type { LearningRates, TrainingSession } from '#core/training/session.ts';
import type { TensorFlowBinding } from '../../src-main/tensorflow/binding.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { formulaBatch, formulaWeights } from './session-fixture.ts';

/** The networks by which the speed of training is judged. */
export const JUDGED_MODELS = [
  { kind: 'densenet-bc', depth: 40, growth: 12 },
  { kind: 'wide-resnet', depth: 16, width: 2, skip: true },
  { kind: 'vgg', depth: 16, dropout: 0.5 },
] as const satisfies readonly ModelSpec[];

export const CLASSES = 10;

/** On square colour images. */
export function judgedNetwork(model: ModelSpec, side: number): Network {
  return buildNetwork(model, { height: side, width: side, channels: 3 }, CLASSES);
}

/** As a trainer loads it, with its threads; says what it is. */
export function loadAsTrainer(precision?: ReducedPrecision): TensorFlowBinding {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  const { binding, device } = loadTensorFlow('auto', precision);
  console.log(`TensorFlow ${device.tensorflowVersion} on ${device.device}, ${device.threads} threads`);
  return binding;
}

/** A network that can train, and what it would train on. */
export interface SteppedNetwork {
  readonly session: TrainingSession;
  readonly batch: Batch;
  /** One rate a layer, small enough that the same batch again and again does no harm. */
  readonly learningRates: LearningRates;
}

export function steppedNetwork(
  binding: TensorFlowBinding,
  network: Network,
  { batchSize, precision }: { readonly batchSize: number; readonly precision?: ReducedPrecision | undefined },
): SteppedNetwork {
  const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
  const session = createGraphSession(binding, { network, optimizer, seed: 1, batchSize, precision });
  session.restore(formulaWeights(network), new Map());
  const learningRates = new Array<number>(network.layers.length).fill(0.001);
  return { session, batch: { ...formulaBatch(network, 0, batchSize), step: 0 }, learningRates };
}

/** Multiply-adds of each layer. */
export function macsOf(network: Network): number[] {
  return describeNetwork(network).map(({ macs }) => macs);
}
