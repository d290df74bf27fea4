import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '#core/errors.ts';
import { toPyTorchLayout } from '#core/network/pytorch-layout.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import type { ExportWeightsOptions } from './export-commands.ts';
import type { NamedTensors } from './lab-tools.ts';
import { writeText } from './written-file.ts';

export interface WeightsExport extends ExportWeightsOptions {
  readonly run: string;
  readonly file: string;
}

/** `export weights RUN F [--layout pytorch]` */
export async function exportWeights(context: Context, { run, file, layout }: WeightsExport): Promise<void> {
  const { id, status, spec } = await withLab(context, (client) => client.runs.show({ run }));
  const source = finalWeightsPath(context.home, id);
  if (!existsSync(source)) {
    throw new AppError(
      'conflict',
      `Run ${id} is ${status} and has no final weights here: finish it on this machine first.`,
    );
  }
  const tensors = await context.tools.readWeights(source);
  const path = resolve(context.shell.folder, file);
  const metadata = { run: id, layout, model: JSON.stringify(spec.model) };
  await context.tools.writeWeights(path, layout === 'pytorch' ? inPyTorchLayout(tensors) : tensors, metadata);
  const answer = { runId: id, path, layout, variables: tensors.size };
  context.terminal.answer(answer, () => `Wrote ${tensors.size} variables of run ${id} to ${path}.`);
}

function inPyTorchLayout(tensors: NamedTensors): NamedTensors {
  return new Map([...tensors].map(([name, tensor]) => [name, toPyTorchLayout(tensor)]));
}

/** `export study STUDY F` */
export async function exportStudy(context: Context, study: string, file: string): Promise<void> {
  const { lines } = await withLab(context, (client) => client.studies.export({ study }));
  const path = resolve(context.shell.folder, file);
  await writeText(path, `${lines.join('\n')}\n`);
  context.terminal.answer({ path, lines: lines.length }, () => `Wrote ${lines.length} lines to ${path}.`);
}

/** Where a finished run keeps its weights (design 5). */
export function finalWeightsPath(home: string, runId: string): string {
  return join(home, 'runs', runId, 'weights.safetensors');
}
