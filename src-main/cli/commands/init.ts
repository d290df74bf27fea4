import { resolve } from 'node:path';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { networkInput } from '#core/data/network-input.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { NamedTensor } from '#core/network/pytorch-layout.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { RunSpec } from '#core/run.ts';
import { weightsWords } from '#core/weights/weights-spec.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { readRunSpec } from '../spec-file.ts';

export const initCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<spec>', 'a file with a run spec (JSON), or - for stdin')
    .argument('<file>', 'the safetensors file to write')
    .action((spec: string, file: string) => writeInitialWeights(contextOf(surroundings, command), spec, file));
  examples(command, ['init run.json start.safetensors']);
};

async function writeInitialWeights(context: Context, specPath: string, file: string): Promise<void> {
  const spec = await readRunSpec(specPath, context.shell);
  if (spec.weights !== undefined) {
    throw badRequest(`The spec begins with ${weightsWords(spec.weights)}: leave "weights" out to have new ones drawn.`);
  }
  const tensors = initialTensors(spec, await imagesOf(spec, context));
  const path = resolve(context.shell.folder, file);
  await context.tools.writeWeights(path, tensors, { seed: String(spec.seed), model: JSON.stringify(spec.model) });
  const answer = { path, variables: tensors.size };
  context.terminal.answer(answer, () => `Wrote ${tensors.size} variables to ${path}.`);
}

function initialTensors(spec: RunSpec, images: DatasetInfo): Map<string, NamedTensor> {
  const network = buildNetwork(spec.model, networkInput(spec, images), images.classes);
  const values = initialWeights(network, spec.model.kind, spec.seed);
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  return new Map(
    variables.map(({ name, shape }) => [name, { shape, values: values.get(name) ?? new Float32Array(0) }]),
  );
}

async function imagesOf({ dataset }: RunSpec, context: Context): Promise<DatasetInfo> {
  const images = await context.tools.describeDataset(dataset);
  if (images !== null) return images;
  const added = await withLab(context, (client) => client.datasets.list({}));
  const found = added.find((candidate) => candidate.name === dataset);
  if (found !== undefined) return found;
  throw new AppError('not-found', `There is no data set "${dataset}": see \`datasets list\`, or add it.`);
}
