import { expect, it } from 'vitest';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { planTraining } from '#core/training/plan.ts';
import { measureProfile } from '#core/training/profile.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { warmUp } from '#core/training/warm-up.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 2 } as const;
const IMAGES = { height: 8, width: 8, channels: 1 };
const network = buildNetwork(MODEL, IMAGES, 3);
const counts = { train: 8, validation: 0, test: 1 };
const plan = planTraining(
  resolvedRunSpecSchema.parse({ dataset: 'x', ...counts, model: MODEL, epochs: 5, batchSize: 4 }),
  network,
);

const rehearsals: [name: string, rehearse: (session: TrainingSession) => unknown][] = [
  ['a warm-up', (session) => warmUp(session, plan, { imageValues: 64, depths: [0, 2] })],
  ['a profile', profileOf],
];

it.each(rehearsals)('%s leaves no trace once the variables are restored', async (_, rehearse) => {
  const { binding } = loadTensorFlow('cpu');
  const weights = initialWeights(network, 'densenet-bc', 1);
  const [cold, warm] = [1, 2].map(() => createGraphSession(binding, { network, ...plan.spec, seed: 1 }));
  cold.restore(weights, new Map());
  warm.restore(weights, new Map());
  await rehearse(warm);
  const changed = [...warm.weights()].filter(([name, values]) => String(values) !== String(weights.get(name)));
  // At rates of 0, only running statistics move.
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.filter(([name]) => !/\.(mean|variance)$/.test(name))).toEqual([]);
  warm.restore(weights, new Map());
  expect(lossesOf(warm)).toEqual(lossesOf(cold));
  expect([warm.weights(), warm.optimizerState()]).toEqual([cold.weights(), cold.optimizerState()]);
});

function profileOf(session: TrainingSession) {
  const [images, labels] = [
    Float32Array.from({ length: 4 * 64 }, (_, index) => Math.sin(index)),
    Int32Array.of(2, 1, 0, 1),
  ];
  return measureProfile({
    session,
    depths: [1, 2, 5],
    batch: { images, labels, count: 4, step: 0 },
    budgetMs: () => 0,
    monotonicMs: () => performance.now(),
    isUnwanted: async () => false,
  });
}

function lossesOf(session: TrainingSession): (number | null)[] {
  return [0, 1, 2].map((step) => {
    const images = Float32Array.from({ length: 4 * 64 }, (_, index) => Math.sin(index + step));
    const batch = { images, labels: Int32Array.of(0, 1, 2, 0), count: 4 };
    const learningRates = new Array<number>(plan.layers.length).fill(0.1);
    return session.train({ batch, step, frozenLayers: step, learningRates, readsLoss: true });
  });
}
