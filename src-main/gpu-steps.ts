import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#core/errors.ts';
import type { JudgedNetwork } from '#core/gpu-check/judged-networks.ts';
import type { FoundDevice, StepNumbers, StepRequest, StepRequests } from '#core/gpu-check/step-requests.ts';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { randomStream } from '#core/random.ts';
import type { LabelledImages, NamedArrays, TrainingSession } from '#core/training/session.ts';
import { missingGpuLibraries } from './tensorflow/device.ts';
import { graphForm } from './tensorflow/graph-choice.ts';
import { graphDevice } from './tensorflow/graph-device.ts';
import { createGraphSession } from './tensorflow/graph-session.ts';
import { loadTensorFlow } from './tensorflow/library.ts';

/**
 * A process of `lab check-gpu` that makes single training steps, as its host asks line by line. Arguments: the device, `cpu` or `auto`, and for which
 * one graphs are built, `cpu` or `gpu`; a rehearsal runs those for a GPU on the processor.
 */

// Ends this process with its host, as it does for a trainer.
new Worker(new URL('./trainer-host/host-watch.ts', import.meta.url)).unref();

const CLASSES = 10;
const CHANNELS = 3;
const SEED = 1;
/** Its first momentum is the gradient. */
const OPTIMIZER = { learningRate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 0 };
/** The step whose number keys the draws of dropout. */
const STEP = 7;

interface Opened {
  readonly network: Network;
  readonly session: TrainingSession;
  readonly weights: NamedArrays;
  readonly batch: LabelledImages;
}

const [wanted, builtFor] = process.argv.slice(2);
const { binding, device } = loadTensorFlow(wanted === 'cpu' ? 'cpu' : 'auto');
const form = graphForm(binding, device, {});
const graphs = { ...graphDevice(form !== null || builtFor === 'gpu'), ...form?.graph };
let opened: Opened | null = null;

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answered(JSON.parse(line)))}\n`);
}
// A TensorFlow that has used a card may take long to take itself apart.
process.kill(process.pid, 'SIGKILL');

function answered(request: StepRequest): { readonly answer: unknown } | { readonly failed: string } {
  try {
    return { answer: answerTo(request) };
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

function answerTo(request: StepRequest): StepRequests[keyof StepRequests]['answer'] {
  switch (request.ask) {
    case 'device':
      return foundDevice();
    case 'open':
      return open(request.network);
    case 'numbers':
      return numbers(request.frozenLayers, request.file);
    case 'bits':
      return bits(request.steps);
    case 'steps':
      return steps(request.frozenLayers, request.count);
  }
}

function foundDevice(): FoundDevice {
  return {
    usesGpu: device.backend === 'tensorflow-gpu',
    device: device.device,
    version: device.tensorflowVersion,
    form: form?.name ?? null,
    missingLibraries: missingGpuLibraries(),
  };
}

function open({ model, side, batchSize }: JudgedNetwork): { readonly layers: number } {
  opened?.session.dispose();
  const network = buildNetwork(model, { height: side, width: side, channels: CHANNELS }, CLASSES);
  const settings = { network, optimizer: OPTIMIZER, seed: SEED, batchSize };
  const session = createGraphSession(binding, settings, graphs);
  const weights = initialWeights(network, model.kind, SEED);
  opened = { network, session, weights, batch: drawnBatch(side, batchSize) };
  session.restore(weights, new Map());
  return { layers: network.layers.length };
}

function drawnBatch(side: number, count: number): LabelledImages {
  const stream = randomStream(SEED, 'augment', 0);
  const images = Float32Array.from({ length: count * side * side * CHANNELS }, () => stream.nextNormal());
  return { images, labels: Int32Array.from({ length: count }, (_, image) => image % CLASSES), count };
}

function openedNow(): Opened {
  if (opened === null) throw new AppError('internal', 'No network was opened.');
  return opened;
}

function numbers(frozenLayers: number, file: string): StepNumbers {
  const { network, session, weights, batch } = openedNow();
  session.restore(weights, new Map());
  const learningRates = network.layers.map(() => OPTIMIZER.learningRate);
  const loss = session.train({ batch, step: STEP, frozenLayers, learningRates, readsLoss: true }) ?? Number.NaN;
  const gradients = [...(session.optimizerState().get('momentum') ?? [])];
  writeFileSync(file, Buffer.concat(gradients.map(([, values]) => bytesOf(values))));
  // A frozen layer has no momentum, which rehearsed steps need.
  session.restore(weights, new Map());
  return { loss, gradients: gradients.map(([name, values]) => [name, values.length] as const) };
}

function bits(count: number): { readonly hash: string } {
  const { network, session, weights, batch } = openedNow();
  session.restore(weights, new Map());
  const learningRates = network.layers.map(() => OPTIMIZER.learningRate);
  const deepest = network.layers.length - 1;
  for (let step = 0; step < count; step++) {
    const frozenLayers = Math.min(deepest, step);
    session.train({ batch, step, frozenLayers, learningRates, readsLoss: false });
  }
  const hash = createHash('sha256');
  for (const [name, values] of session.weights()) hash.update(name).update(bytesOf(values));
  session.restore(weights, new Map());
  return { hash: hash.digest('hex') };
}

function steps(frozenLayers: number, count: number): StepRequests['steps']['answer'] {
  const { session, batch } = openedNow();
  const milliseconds = Array.from({ length: count }, () => {
    const start = performance.now();
    session.rehearse({ batch, frozenLayers });
    return performance.now() - start;
  });
  return { milliseconds, residentBytes: process.memoryUsage.rss() };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
