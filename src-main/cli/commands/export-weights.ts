import { resolve } from 'node:path';
import { Option } from 'commander';
import type { ModelSpec } from '#core/network/network.ts';
import { variableKinds } from '#core/network/network.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import { inPyTorchLayout } from '#core/network/pytorch-layout.ts';
import { inTorchvision } from '#core/network/torchvision-weights.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';

const LAYOUTS = {
  tensorflow: (tensors: NamedTensors) => tensors,
  pytorch: (tensors: NamedTensors, model: ModelSpec) => inPyTorchLayout(tensors, variableKinds(model)),
  torchvision: inTorchvision,
} as const;

interface WeightsExport {
  readonly run: string;
  readonly file: string;
  readonly layout: keyof typeof LAYOUTS;
}

export const exportWeightsCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<run>', 'id of the run, or the beginning of its id')
    .argument('<file>', 'the safetensors file to write')
    .addOption(
      new Option(
        '--layout <layout>',
        "tensorflow: conv [h,w,in,out], dense [in,out]; pytorch: [out,in,h,w], [out,in]; torchvision: that with torchvision's names",
      )
        .choices(Object.keys(LAYOUTS))
        .default('tensorflow'),
    )
    .action((run: string, file: string, { layout }: Pick<WeightsExport, 'layout'>) =>
      exportWeights(contextOf(surroundings, command), { run, file, layout }),
    );
  examples(command, [
    'export weights 4k2h8d0c5t model.safetensors --layout pytorch',
    'export weights 4k2h8d0c5t resnet18.safetensors --layout torchvision',
  ]);
};

async function exportWeights(context: Context, { run, file, layout }: WeightsExport): Promise<void> {
  const { id, spec, tensors } = await withLab(context, async (client) => {
    const found = await client.runs.show({ run });
    const pieces = await client.runs.weights({ run: found.id });
    return { ...found, tensors: await context.tools.receivedWeights(pieces) };
  });
  const path = resolve(context.shell.folder, file);
  const metadata = { run: id, layout, model: JSON.stringify(spec.model) };
  await context.tools.writeWeights(path, LAYOUTS[layout](tensors, spec.model), metadata);
  const answer = { runId: id, path, layout, variables: tensors.size };
  context.terminal.answer(answer, () => `Wrote ${tensors.size} variables of run ${id} to ${path}.`);
}
