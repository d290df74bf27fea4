import { expect, it, vi } from 'vitest';
import { networkFamily, networkName, skipName } from '#core/figure/labels.ts';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork, modelSchema } from '#core/network/network.ts';
import { methodsOf } from '#core/report/methods.ts';
import { storedBaseSchema } from '#core/run.ts';
import { findField, RUN_FIELDS } from '#core/run-fields.ts';
import { armsOf } from '#core/study.ts';
import { runCommandLine } from '../../../src-main/cli/program.ts';
import { createGraphSession } from '../../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../../src-main/tensorflow/library.ts';
import { FakeLab, fakeTools } from '../../cli/fake-lab.ts';
import { FakeShell } from '../../cli/fake-shell.ts';
import { runSummary } from '../../support/run-summary.ts';
import { BATCH_SIZE, formulaWeights, trainSteps } from '../../support/session-fixture.ts';
import { newRun, specOf, temporaryStore } from '../../support/store-fixtures.ts';
import { studyFixture } from '../../support/study-fixture.ts';

vi.mock('../../../src-main/core/network/networks.ts', async (original) => {
  const { NETWORKS } = await original<typeof import('#core/network/networks.ts')>();
  const { tower } = await import('../../support/added-network.ts');
  return { NETWORKS: [...NETWORKS, tower] };
});

const MODEL = modelSchema.parse({ kind: 'tower', floors: 3 });

async function printed(args: string): Promise<string> {
  const shell = new FakeShell();
  await runCommandLine(args.split(' '), { tools: fakeTools(new FakeLab()), shell });
  return shell.stdout.text;
}

it('is offered on the command line, with its fields as options', async () => {
  const help = (await printed('schedule --help')).replace(/\s+/g, ' ');
  expect(help).toContain(', "tower")');
  expect(help).toContain('--floors <count> floors: one to nine (tower)');
  expect(help).toContain('--no-squares squares: of what each floor gives (tower)');
  const described = JSON.parse(await printed('models describe tower --floors 1 --no-squares --json'));
  expect(described.model).toEqual({ kind: 'tower', floors: 1, squares: false });
  expect(described.layers.map(({ name }: { readonly name: string }) => name)).toEqual(['stem', 'floor1', 'head']);
});

it('has its labels in figures, its sentences in the methods, and its columns in the table of runs', () => {
  expect([networkFamily(MODEL), networkName(MODEL), skipName(MODEL)]).toEqual([
    ...['Tower', 'Tower of 3', 'no skip connections'],
  ]);
  const study = studyFixture([{ arm: armsOf([], false)[0], runs: [] }], [1]);
  const base = storedBaseSchema.parse({ ...study.base, model: MODEL });
  const facts = { study: { ...study, base }, runs: [], dataset: null, normalization: null };
  expect(methodsOf(facts).find(({ title }) => title === 'Network')?.text).toContain('Tower of 3: 3 floors. A layer');
  const run = runSummary({ spec: specOf({ model: MODEL }) });
  expect(findField(RUN_FIELDS, 'storeys')?.value(run)).toBe(3);
  expect(findField(RUN_FIELDS, 'floors')?.value(runSummary())).toBeNull();
});

it('is stored and read back', () => {
  const { store } = temporaryStore();
  store.enqueue([newRun('run-1', { spec: specOf({ model: MODEL }) })]);
  expect(store.run('run-1').spec.model).toEqual({ kind: 'tower', floors: 3, squares: true });
});

it('trains under freezing, with an operation that only its file knows', () => {
  const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 3 }, 4);
  const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
  const session = createGraphSession(loadTensorFlow('cpu').binding, {
    network,
    optimizer,
    seed: 1,
    batchSize: BATCH_SIZE,
  });
  session.restore(initialWeights(network, MODEL.kind, 1), new Map());
  const before = session.weights().get('floor1.conv.kernel');
  const losses = trainSteps(session, network, [0, 9]);
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(session.weights().get('floor1.conv.kernel')).not.toEqual(before);
  expect([...formulaWeights(network).keys()]).toEqual([...session.weights().keys()]);
});
