import { expect, it, vi } from 'vitest';
import { buildNetwork, modelSchema } from '#core/network/network.ts';
import { type Optimizer, optimizerSchema, optimizerText } from '#core/optimizer/optimizer.ts';
import { methodsOf } from '#core/report/methods.ts';
import { storedBaseSchema } from '#core/run.ts';
import { findField, RUN_FIELDS } from '#core/run-fields.ts';
import { armsOf } from '#core/study.ts';
import { createGraphSession } from '../../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../../src-main/tensorflow/library.ts';
import { runSummary } from '../../support/run-summary.ts';
import { BATCH_SIZE, formulaWeights, trainSteps } from '../../support/session-fixture.ts';
import { newRun, specOf, temporaryStore } from '../../support/store-fixtures.ts';
import { studyFixture } from '../../support/study-fixture.ts';

vi.mock('../../../src-main/core/optimizer/optimizers.ts', async (original) => {
  const { OPTIMIZERS } = await original<typeof import('#core/optimizer/optimizers.ts')>();
  const { heavyBall } = await import('../../support/added-optimizer.ts');
  return { OPTIMIZERS: [...OPTIMIZERS, heavyBall] };
});

const OPTIMIZER = optimizerSchema.parse({ kind: 'heavy-ball', drag: 0.9 });

it('is read from specs with its defaults, and refused where it is wrong', () => {
  expect(OPTIMIZER).toEqual({ kind: 'heavy-ball', learningRate: 0.2, drag: 0.9, weightDecay: 0 });
  expect(optimizerSchema.safeParse({ kind: 'heavy-ball', drag: 1 }).success).toBe(false);
  expect(optimizerSchema.safeParse({ kind: 'feather' }).error?.issues[0]?.message).toContain("'heavy-ball'");
});

it('has its words in texts, in the methods and in the table of runs', () => {
  expect(optimizerText(OPTIMIZER)).toBe('Heavy ball, learning rate 0.2, drag 0.9');
  const study = studyFixture([{ arm: armsOf([], false)[0], runs: [] }], [1]);
  const base = storedBaseSchema.parse({ ...study.base, optimizer: OPTIMIZER });
  const facts = { study: { ...study, base }, runs: [], dataset: null, normalization: null };
  const texts = methodsOf(facts).map(({ text }) => text);
  expect(texts.join(' ')).toContain('a heavy ball with drag 0.9, learning rate a = 0.2');
  const run = runSummary({ spec: specOf({ optimizer: OPTIMIZER }) });
  expect(findField(RUN_FIELDS, 'optimizer')?.value(run)).toBe('Heavy ball');
});

it('is stored and read back', () => {
  const { store } = temporaryStore();
  store.enqueue([newRun('run-1', { spec: specOf({ optimizer: OPTIMIZER }) })]);
  expect(store.run('run-1').spec.optimizer).toEqual(OPTIMIZER);
});

it('trains under freezing by its own rule, with the slots and numbers that its module names', () => {
  const model = modelSchema.parse({ kind: 'densenet-bc', depth: 10, growth: 4 });
  const network = buildNetwork(model, { height: 8, width: 8, channels: 3 }, 4);
  const trained = (optimizer: Optimizer) => {
    const { binding } = loadTensorFlow('cpu');
    const session = createGraphSession(binding, { network, optimizer, seed: 1, batchSize: BATCH_SIZE });
    session.restore(formulaWeights(network), new Map());
    const losses = trainSteps(session, network, [0, 6]);
    return { losses, weights: session.weights(), state: session.optimizerState() };
  };
  const ball = trained(OPTIMIZER);
  // The same formula, said by the SGD of the program.
  const sgd = trained({ learningRate: 0.2, momentum: 0.9, nesterov: false, weightDecay: 0 });
  expect(ball.losses).toEqual(sgd.losses);
  expect(ball.weights).toEqual(sgd.weights);
  expect([...ball.state.keys()]).toEqual(['pull']);
  expect(ball.state.get('pull')).toEqual(sgd.state.get('momentum'));
});
