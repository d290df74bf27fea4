/**
 * Does a step really get shorter as layers freeze? Measures the training step at several freeze depths, each interleaved with
 * the unfrozen step, and prints the saving beside the one that the cost model predicts.
 *
 *   node test/bench/step-time.ts                    DenseNet-BC 40-12 and WRN-16-2, batch 50, 32x32x3
 *   node test/bench/step-time.ts --model wide-resnet --depth 16 --width 2 --batch 64 --rounds 20
 *   node test/bench/step-time.ts --clock cpu        processor time of all threads: for a machine that does other work too
 *
 * Ends with 1 where a predicted saving of at least 10 % of the step is not met by at least 80 % of it (minima).
 *
 * `reachable` is what multiply-adds alone leave to any implementation. The cost model counts no input gradient at all for the
 * first active layer. But a bottleneck or residual block starts with a batch norm, and the gradients of that norm's gamma and
 * beta need the input gradients of all convolutions behind it. In shallow nets at small depths that is most of the saving.
 */
import { parseArgs } from 'node:util';
import type { Model } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { stepCost } from '#core/policy/cost.ts';
import type { Batch, NamedArrays, TrainingSession } from '#core/training/session.ts';
import { createEagerSession } from '../../src-main/tensorflow/eager-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { fillReferenceVariables, referenceBatch } from '../support/reference.ts';

const SMALLEST_JUDGED_SAVING = 0.1;
const REQUIRED_SHARE = 0.8;
const DEPTHS = 6;
const CLASSES = 10;

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    depth: { type: 'string', default: '40' },
    growth: { type: 'string', default: '12' },
    width: { type: 'string', default: '2' },
    side: { type: 'string', default: '32' },
    channels: { type: 'string', default: '3' },
    batch: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '10' },
    clock: { type: 'string', default: 'wall' },
  },
});

const library = loadTensorFlow('auto');
console.log(
  `TensorFlow ${library.device.tensorflowVersion} on ${library.device.device}, ${library.device.threads} threads`,
);
const allMet = models()
  .map(measureModel)
  .every((met) => met);
process.exitCode = allMet ? 0 : 1;

function models(): readonly Model[] {
  const [depth, growth, width] = [Number(options.depth), Number(options.growth), Number(options.width)];
  switch (options.model) {
    case 'densenet-bc':
      return [{ kind: 'densenet-bc', depth, growth }];
    case 'wide-resnet':
      return [{ kind: 'wide-resnet', depth, width, skip: true }];
    case 'vgg':
      return [{ kind: 'vgg', depth: 16, dropout: 0.5 }];
    default:
      return [
        { kind: 'densenet-bc', depth: 40, growth: 12 },
        { kind: 'wide-resnet', depth: 16, width: 2, skip: true },
      ];
  }
}

function measureModel(model: Model): boolean {
  const side = Number(options.side);
  const network = buildNetwork(model, { height: side, width: side, channels: Number(options.channels) }, CLASSES);
  const macs = describeNetwork(network).map((layer) => layer.macs);
  const depths = freezeDepths(network.layers.length - 1);
  const samples = measure(network, depths);
  console.log(
    `\n${JSON.stringify(model)}, batch ${options.batch}, ${side}x${side}x${options.channels}, ${options.clock} time`,
  );
  console.log('frozen      min ms   median  predicted  reachable   measured  by median  share');
  const full = summary(samples.get(0));
  console.log(`${'0'.padStart(6)}  ${times(full)}`);
  return depths
    .map((depth) => report(depth, { model, macs, full, step: summary(samples.get(depth)) }))
    .every((met) => met);
}

/** About evenly spread, the last one with only the head active. */
function freezeDepths(last: number): readonly number[] {
  const count = Math.min(DEPTHS, last);
  return Array.from({ length: count }, (_, index) => Math.round(((index + 1) * last) / count));
}

/** Milliseconds of each step, by the number of frozen layers; a session for each, because freezing is for good. */
function measure(network: Network, depths: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const [batch, weights] = [batchOf(network), weightsOf(network)];
  const sessions = new Map([0, ...depths].map((depth) => [depth, sessionWith(network, weights)]));
  const samples = new Map<number, number[]>([...sessions.keys()].map((depth) => [depth, []]));
  const warmUp = 2;
  for (let round = 0; round < Number(options.rounds) + warmUp; round++) {
    for (const depth of depths.flatMap((depth) => [0, depth])) {
      const durationMs = timeStep(sessions.get(depth), { batch, depth, round, layers: network.layers.length });
      if (round >= warmUp) samples.get(depth)?.push(durationMs);
    }
  }
  for (const session of sessions.values()) session.dispose();
  return samples;
}

interface TimedStep {
  readonly batch: Batch;
  readonly depth: number;
  readonly round: number;
  readonly layers: number;
}

function timeStep(session: TrainingSession | undefined, { batch, depth, round, layers }: TimedStep): number {
  const learningRates = new Float64Array(layers).fill(0.01);
  const start = nowMs();
  session?.train({ batch, step: round, frozenLayers: depth, learningRates });
  return nowMs() - start;
}

function nowMs(): number {
  if (options.clock === 'wall') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function sessionWith(network: Network, weights: NamedArrays): TrainingSession {
  const optimizer = { momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
  const session = createEagerSession(library.binding, { network, optimizer, seed: 1 });
  session.restore(weights, new Map());
  return session;
}

function weightsOf(network: Network): NamedArrays {
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  const values = fillReferenceVariables(variables);
  return new Map(variables.map(({ name }, index) => [name, values[index]]));
}

function batchOf({ input: { height, width, channels } }: Network): Batch {
  const count = Number(options.batch);
  return { ...referenceBatch(0, { batchSize: count, input: [height, width, channels], classes: CLASSES }), count };
}

interface Summary {
  readonly minimumMs: number;
  readonly medianMs: number;
}

function summary(durationsMs: readonly number[] = []): Summary {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  return { minimumMs: sorted[0], medianMs: sorted[Math.floor(sorted.length / 2)] };
}

interface Measurement {
  readonly model: Model;
  readonly macs: readonly number[];
  readonly full: Summary;
  readonly step: Summary;
}

function report(depth: number, { model, macs, full, step }: Measurement): boolean {
  const predicted = 1 - stepCost(macs, depth) / stepCost(macs, 0);
  const withinFirstActive = model.kind === 'vgg' ? 0 : macs[depth];
  const reachable = predicted - withinFirstActive / stepCost(macs, 0);
  const measured = 1 - step.minimumMs / full.minimumMs;
  const byMedian = 1 - step.medianMs / full.medianMs;
  const met = predicted < SMALLEST_JUDGED_SAVING || measured >= REQUIRED_SHARE * predicted;
  const savings = [predicted, reachable, measured, byMedian].map(percent).join('  ');
  const share = (measured / predicted).toFixed(2).padStart(5);
  console.log(`${`${depth}`.padStart(6)}  ${times(step)}  ${savings}  ${share}${met ? '' : '  NOT MET'}`);
  return met;
}

function times({ minimumMs, medianMs }: Summary): string {
  return `${minimumMs.toFixed(1).padStart(10)}  ${medianMs.toFixed(1).padStart(7)}`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`.padStart(9);
}
