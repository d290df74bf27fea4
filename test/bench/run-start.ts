/**
 * Where does the time go between the start of a run and its first step? Wall clock and processor time of each part, in milliseconds.
 *
 *   node test/bench/run-start.ts                                ResNet-18 at 32x32 and 224x224 and DenseNet-BC 100-12, each in a process of its own
 *   node test/bench/run-start.ts --parts densenet-bc --side 32  one of them, in this process
 *
 * Then the first and the second step at further depths: their difference is what TensorFlow prepares for one.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { initialWeights } from '#core/network/initial-weights.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';

const BATCH_SIZE = 32;
const { values: options } = parseArgs({
  options: { parts: { type: 'string' }, side: { type: 'string', default: '32' } },
});
const side = Number(options.side);

if (options.parts === undefined) {
  for (const [kind, of] of [
    ['resnet', 32],
    ['resnet', 224],
    ['densenet-bc', 32],
  ] as const) {
    console.log(`\n${kind}, ${of}x${of}`);
    const program = fileURLToPath(import.meta.url);
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', TF_NUM_INTEROP_THREADS: '1' };
    execFileSync(process.execPath, [program, '--parts', kind, '--side', `${of}`], { stdio: 'inherit', env });
  }
} else await measure(options.parts);

async function measure(kind: string): Promise<void> {
  let [wall, processor] = [0, 0];
  const mark = (part: string) => {
    const [now, { user, system }] = [performance.now(), process.cpuUsage()];
    const times = [now - wall, (user + system) / 1000 - processor].map((ms) => ms.toFixed(0).padStart(7));
    console.log(`${part.padEnd(36)}${times.join('')}${(process.memoryUsage.rss() / 1e6).toFixed(0).padStart(7)} MB`);
    [wall, processor] = [now, (user + system) / 1000];
  };
  mark('process');
  await import('../../src-main/trainer/start-command.ts');
  const { createGraphSession } = await import('../../src-main/tensorflow/graph-session.ts');
  const { loadTensorFlow } = await import('../../src-main/tensorflow/library.ts');
  mark('modules');
  const { binding } = loadTensorFlow('cpu');
  mark('TensorFlow');
  const model = modelOf(kind);
  const network = buildNetwork(model, { height: side, width: side, channels: 3 }, 10);
  const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
  const session = createGraphSession(binding, { network, optimizer, seed: 1, batchSize: BATCH_SIZE });
  mark('graph: built, written, loaded');
  const weights = initialWeights(network, model.kind, 1);
  mark('first weights');
  session.restore(weights, new Map());
  mark('variables set');
  const images = new Float32Array(BATCH_SIZE * side * side * 3);
  const batch = { images, labels: new Int32Array(BATCH_SIZE), count: BATCH_SIZE };
  session.rehearse({ batch, frozenLayers: 0 });
  mark('first step');
  session.rehearse({ batch, frozenLayers: 0 });
  mark('second step');
  session.lossTotal();
  mark('total of the losses');
  for (const frozenLayers of [1, 2, 3, network.layers.length >> 1]) {
    session.rehearse({ batch, frozenLayers });
    mark(`first step with ${frozenLayers} layers frozen`);
    session.rehearse({ batch, frozenLayers });
    mark('second step there');
  }
  process.exit(0);
}

function modelOf(kind: string): ModelSpec {
  if (kind === 'densenet-bc') return { kind, depth: 100, growth: 12 };
  return { kind: 'resnet', depth: 18, stem: side > 64 ? 'imagenet' : 'small' };
}
