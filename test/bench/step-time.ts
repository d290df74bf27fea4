/**
 * How long is a training step, compared with PyTorch's? Every network at 0, 1/4, 1/2 and 3/4 of its layers frozen and with all
 * but the head frozen, in turns with PyTorch's steps of the same network at the same depth.
 *
 *   node test/bench/step-time.ts --python V/bin/python                DenseNet-BC 40-12, WRN-16-2 and VGG-16, batch 50, 32x32x3
 *   node test/bench/step-time.ts --python V/bin/python --compiled     against torch.compile too, which takes minutes to compile
 *   node test/bench/step-time.ts --python V/bin/python --fine-tuning  ResNet-18 at 64x64 and MobileNetV2 at 96x96, batch 32
 *   node test/bench/step-time.ts --python V/bin/python --precision bf16   in bf16, beside our float32, PyTorch's autocast and its oneDNN mode
 *   node test/bench/step-time.ts --model wide-resnet --depth 40 --width 4 --batch 64 --rounds 20
 *
 *   node test/bench/step-time.ts --precision bf16 --clock cpu  our own steps by the processor time of all threads, for a busy machine
 *
 * V is a virtual environment with torch and torchvision; without --python only our own steps are timed. Ends with 1 where the
 * shortest of our steps is longer than PyTorch's, or in bf16 than our own in float32.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { ReducedPrecision } from '#core/training/precision.ts';
import { precisionSchema } from '#core/training/precision.ts';
import type { LabelledImages, NamedArrays, TrainingSession } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { fillReferenceVariables, referenceBatch } from '../support/reference.ts';

const CLASSES = 10;
const FROZEN_SHARES = [0, 1 / 4, 1 / 2, 3 / 4];
const BAR = 1;
/** Our own step in float32, beside one in another precision. */
const EXACT = 'ours float32';
const WARM_UP_ROUNDS = 1;
/** Before each turn, since PyTorch's threads wait for more work by computing for some milliseconds after a step. */
const PAUSE_MS = 20;
/** In each turn, after an untimed one. */
const TIMED_STEPS = 2;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    compiled: { type: 'boolean', default: false },
    'fine-tuning': { type: 'boolean', default: false },
    precision: { type: 'string' },
    clock: { type: 'string', default: 'wall' },
    model: { type: 'string' },
    depth: { type: 'string', default: '40' },
    growth: { type: 'string', default: '12' },
    width: { type: 'string', default: '2' },
    side: { type: 'string', default: '32' },
    channels: { type: 'string', default: '3' },
    batch: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '10' },
  },
});
const channels = Number(options.channels);

/** A network and the batches on which it trains. */
interface Case {
  readonly model: ModelSpec;
  readonly side: number;
  readonly batchSize: number;
}

/** `mode`: that of oneDNN, which computes float32 products in bf16 where the processor obeys it. */
type Variant = 'eager' | 'compiled' | 'autocast' | 'mode';

/** Milliseconds of one step with so many layers frozen. */
type Step = (frozenLayers: number) => Promise<number>;

process.env.TF_NUM_INTEROP_THREADS ??= '1';
const precision = precisionSchema.parse(options.precision);
const library = loadTensorFlow('auto', precision);
const { tensorflowVersion, device, threads } = library.device;
console.log(`TensorFlow ${tensorflowVersion} on ${device}, ${threads} threads`);
const torch = options.python === undefined ? null : await startPyTorch(options.python);
let allMet = true;
for (const of of cases()) allMet = (await compare(of)) && allMet;
torch?.process.kill();
process.exitCode = allMet ? 0 : 1;

function cases(): readonly Case[] {
  if (options['fine-tuning']) return fineTuningCases();
  return models().map((model) => ({ model, side: Number(options.side), batchSize: Number(options.batch) }));
}

function fineTuningCases(): readonly Case[] {
  return [
    { model: { kind: 'resnet', depth: 18, stem: 'imagenet' }, side: 64, batchSize: 32 },
    { model: { kind: 'mobilenet-v2', width: 1, dropout: 0.2 }, side: 96, batchSize: 32 },
  ];
}

function models(): readonly ModelSpec[] {
  const [depth, growth, width] = [Number(options.depth), Number(options.growth), Number(options.width)];
  switch (options.model) {
    case 'densenet-bc':
      return [{ kind: 'densenet-bc', depth, growth }];
    case 'wide-resnet':
      return [{ kind: 'wide-resnet', depth, width, skip: true }];
    case 'vgg':
      return [{ kind: 'vgg', depth: 16, dropout: 0.5 }];
    case 'resnet':
      return [{ kind: 'resnet', depth, stem: 'imagenet' }];
    case 'mobilenet-v2':
      return [{ kind: 'mobilenet-v2', width, dropout: 0.2 }];
    default:
      return [
        { kind: 'densenet-bc', depth: 40, growth: 12 },
        { kind: 'wide-resnet', depth: 16, width: 2, skip: true },
        { kind: 'vgg', depth: 16, dropout: 0.5 },
      ];
  }
}

async function compare({ model, side, batchSize }: Case): Promise<boolean> {
  const network = buildNetwork(model, { height: side, width: side, channels }, CLASSES);
  const depths = [
    ...FROZEN_SHARES.map((share) => Math.round(share * network.layers.length)),
    network.layers.length - 1,
  ];
  const batch = {
    ...referenceBatch(0, { batchSize, input: [side, side, channels], classes: CLASSES }),
    count: batchSize,
  };
  const session = sessionOf(network, batchSize, precision);
  const exact = precision === undefined ? null : sessionOf(network, batchSize);
  const contenders = new Map<string, Step>([['ours', ourStep(session, batch)]]);
  for (const variant of variants()) {
    if (torch !== null) contenders.set(variant, torch.step({ model, side, batchSize }, variant));
  }
  if (exact !== null) contenders.set(EXACT, ourStep(exact, batch));
  console.log(`\n${JSON.stringify(model)}, batch ${batchSize}, ${side}x${side}x${channels}: shortest (median) ms`);
  console.log(['frozen'.padStart(6), ...[...contenders.keys()].map((name) => name.padStart(16)), ' ratios'].join(' '));
  const met: boolean[] = [];
  for (const depth of depths) met.push(report(depth, await measure(contenders, depth)));
  for (const one of [session, exact]) one?.dispose();
  return met.every((isMet) => isMet);
}

/** What of PyTorch our step is compared with: with its best in the same precision. */
function variants(): readonly Variant[] {
  if (precision !== undefined) return ['autocast', 'mode'];
  return options.compiled ? ['eager', 'compiled'] : ['eager'];
}

/** In turns, so that what disturbs the machine disturbs all. */
async function measure(contenders: ReadonlyMap<string, Step>, depth: number): Promise<ReadonlyMap<string, number[]>> {
  const times = new Map<string, number[]>([...contenders.keys()].map((name) => [name, []]));
  for (let round = 0; round < Number(options.rounds) + WARM_UP_ROUNDS; round++) {
    for (const [name, step] of contenders) {
      const milliseconds = await turn(() => step(depth));
      if (round >= WARM_UP_ROUNDS) times.get(name)?.push(...milliseconds);
    }
  }
  return times;
}

/** The steps of a turn follow one another, as they do in training; the first one finds the caches of the processor as the turn before left them. */
async function turn(step: () => Promise<number>): Promise<readonly number[]> {
  await setTimeout(PAUSE_MS);
  await step();
  const milliseconds: number[] = [];
  for (let timed = 0; timed < TIMED_STEPS; timed++) milliseconds.push(await step());
  return milliseconds;
}

function report(depth: number, times: ReadonlyMap<string, number[]>): boolean {
  const summaries = new Map([...times].map(([name, values]) => [name, values.toSorted((a, b) => a - b)]));
  const columns = [...summaries.values()].map((sorted) =>
    `${sorted[0].toFixed(1)} (${sorted[Math.floor(sorted.length / 2)].toFixed(1)})`.padStart(16),
  );
  const shortest = new Map([...summaries].map(([name, sorted]) => [name, sorted[0]]));
  const ours = shortest.get('ours') ?? Number.NaN;
  const theirs = variants().flatMap((variant) => shortest.get(variant) ?? []);
  const exact = shortest.get(EXACT);
  const ratios = [
    ...(theirs.length === 0 ? [] : [ours / Math.min(...theirs)]),
    ...(exact === undefined ? [] : [ours / exact]),
  ];
  const isMet = ratios.every((ratio) => ratio <= BAR);
  const judgement = `${ratios.map((ratio) => ratio.toFixed(2).padStart(6)).join(' ')}${isMet ? '' : '  NOT MET'}`;
  console.log([`${depth}`.padStart(6), ...columns, judgement].join(' '));
  return isMet;
}

function sessionOf(network: Network, batchSize: number, of?: ReducedPrecision): TrainingSession {
  const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
  const session = createGraphSession(library.binding, { network, optimizer, seed: 1, batchSize, precision: of });
  session.restore(weightsOf(network), new Map());
  return session;
}

function ourStep(session: TrainingSession, batch: LabelledImages): Step {
  return async (frozenLayers) => {
    const start = ownMilliseconds();
    session.rehearse({ batch, frozenLayers });
    return ownMilliseconds() - start;
  };
}

/** PyTorch tells the time on the wall. */
function ownMilliseconds(): number {
  if (options.clock === 'wall') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function weightsOf(network: Network): NamedArrays {
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  const values = fillReferenceVariables(variables);
  return new Map(variables.map(({ name }, index) => [name, values[index]]));
}

interface PyTorch {
  readonly process: ChildProcess;
  step(of: Case, variant: Variant): Step;
}

async function startPyTorch(python: string): Promise<PyTorch> {
  const script = new URL('step_time.py', import.meta.url).pathname;
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('PyTorch ended: see its message above.');
    return JSON.parse(value);
  };
  const { version, threads: count } = await answer();
  console.log(`PyTorch ${version}, ${count} threads`);
  return {
    process: child,
    step:
      ({ model, side, batchSize }, variant) =>
      (frozen) => {
        const request = { model, frozen, batch: batchSize, side, channels, variant };
        child.stdin.write(`${JSON.stringify(request)}\n`);
        return answer();
      },
  };
}
