import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { planTraining } from '#core/training/plan.ts';
import { writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { shapesOf, tensorsOf } from '../../src-main/checkpoints/variables.ts';
import { startingPoint } from '../../src-main/trainer/starting-point.ts';
import { DATASET } from '../support/trainer.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starting-point-'));
});

afterAll(() => rm(folder, { recursive: true }));

const model = { kind: 'wide-resnet', depth: 10, width: 1, skip: true } as const;
const network = buildNetwork(model, DATASET, DATASET.classes);

/** Begins with a file in which one value of a variable is another. */
async function startWith(variable: string, value: number) {
  const path = join(folder, 'weights.safetensors');
  const counts = { train: 100, validation: 0, test: 40 };
  const weights = { path, names: 'lab', head: 'new' } as const;
  const spec = resolvedRunSpecSchema.parse({ dataset: DATASET, ...counts, model, epochs: 1, weights });
  const plan = planTraining(spec, network);
  const stored = new Map(initialWeights(network, model.kind, 1));
  stored.set(variable, Float32Array.from(stored.get(variable) ?? []).fill(value, 2, 3));
  const shapes = shapesOf(plan.descriptions);
  await writeSafetensors(path, { tensors: tensorsOf(stored, (name) => shapes.get(name)), metadata: {} });
  return startingPoint(plan, { found: null, weights: { path, sha256: null } });
}

it.each([Number.NaN, Number.POSITIVE_INFINITY])('weights with a value that is %s are refused', async (value) => {
  await expect(startWith('group1.block1.conv1.kernel', value)).rejects.toThrow(
    /^In \S+weights.safetensors, "group1.block1.conv1.kernel" has values that are NaN or infinite: give weights of a run that did not diverge\.$/,
  );
});

it('weights with a negative running variance are refused', async () => {
  await expect(startWith('group1.block1.bn2.variance', -1e-3)).rejects.toThrow(
    /^In \S+weights.safetensors, "group1.block1.bn2.variance" has a running variance below 0: give the file that training wrote\.$/,
  );
});

it('what a file has in place of a classifier that is drawn anew does not matter', async () => {
  const { start } = await startWith('head.dense.kernel', Number.NaN);
  expect(start.weights.get('head.dense.kernel')).toEqual(
    initialWeights(network, model.kind, 1).get('head.dense.kernel'),
  );
});
