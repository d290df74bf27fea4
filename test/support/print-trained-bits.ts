/** Run by tests in processes of its own: trains a little, in bf16 where asked to, and prints a digest of the losses and weights. */
import { createHash } from 'node:crypto';
import { buildNetwork } from '#core/network/network.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { BATCH_SIZE, formulaWeights, trainSteps } from './session-fixture.ts';

const network = buildNetwork(
  { kind: 'densenet-bc', depth: 16, growth: 12 },
  { height: 32, width: 32, channels: 3 },
  10,
);
const precision = process.argv[2] === 'bf16' ? 'bf16' : undefined;
const session = createGraphSession(loadTensorFlow('cpu', precision).binding, {
  network,
  precision,
  optimizer: { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
  seed: 3,
  batchSize: BATCH_SIZE,
});
session.restore(formulaWeights(network), new Map());
const digest = createHash('sha256').update(Float64Array.from(trainSteps(session, network, [0, 8])));
for (const values of session.weights().values()) digest.update(values);
console.log(digest.digest('hex'));
