import { resolve } from 'node:path';
import { Option } from 'commander';
import { variableKinds } from '#core/network/network.ts';
import { inPyTorchLayout } from '#core/network/pytorch-layout.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { finalWeightsOf, finalWeightsPath } from '../final-weights.ts';

interface WeightsExport {
  readonly run: string;
  readonly file: string;
  readonly layout: 'tensorflow' | 'pytorch';
}

export const exportWeightsCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<run>', 'id of the run, or the beginning of its id')
    .argument('<file>', 'the safetensors file to write')
    .addOption(
      new Option('--layout <layout>', 'tensorflow: conv [h,w,in,out], dense [in,out]; pytorch: [out,in,h,w], [out,in]')
        .choices(['tensorflow', 'pytorch'])
        .default('tensorflow'),
    )
    .action((run: string, file: string, { layout }: Pick<WeightsExport, 'layout'>) =>
      exportWeights(contextOf(surroundings, command), { run, file, layout }),
    );
  examples(command, ['export weights 4k2h8d0c5t model.safetensors --layout pytorch']);
};

async function exportWeights(context: Context, { run, file, layout }: WeightsExport): Promise<void> {
  const { id, spec } = await withLab(context, (client) => finalWeightsOf(context, client, run));
  const tensors = await context.tools.readWeights(finalWeightsPath(context.home, id));
  const path = resolve(context.shell.folder, file);
  const metadata = { run: id, layout, model: JSON.stringify(spec.model) };
  await context.tools.writeWeights(
    path,
    layout === 'pytorch' ? inPyTorchLayout(tensors, variableKinds(spec.model)) : tensors,
    metadata,
  );
  const answer = { runId: id, path, layout, variables: tensors.size };
  context.terminal.answer(answer, () => `Wrote ${tensors.size} variables of run ${id} to ${path}.`);
}
