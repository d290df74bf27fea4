import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import { AppError } from '#core/errors.ts';
import type { StudyFileFormat } from '#core/figure/figure-request.ts';
import { toPyTorchLayout } from '#core/network/pytorch-layout.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import type { ExportWeightsOptions } from './export-commands.ts';
import { studyFormat } from './file-format.ts';
import type { NamedTensors } from './lab-tools.ts';
import { writeContent } from './written-file.ts';

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

/** `export study STUDY F`: the ending of F says what it becomes. */
export async function exportStudy(context: Context, study: string, file: string): Promise<void> {
  const format = studyFormat(file);
  const { content, lines } = await withLab(context, (client) => studyContent(context, { study, format }, client));
  const path = resolve(context.shell.folder, file);
  await writeContent(path, content);
  const what = lines === null ? `study ${study} as ${format.toUpperCase()}` : `${lines} lines`;
  context.terminal.answer({ path, format, lines }, () => `Wrote ${what} to ${path}.`);
}

interface StudyContent {
  readonly content: string | Uint8Array;
  /** Null where the file is not made of event lines. */
  readonly lines: number | null;
}

async function studyContent(
  { tools }: Context,
  { study, format }: { readonly study: string; readonly format: StudyFileFormat },
  client: LabClient,
): Promise<StudyContent> {
  if (format !== 'ndjson') {
    const { id } = await client.studies.show({ study });
    return { content: await tools.renderStudy([id], format, client), lines: null };
  }
  const { lines } = await client.studies.export({ study });
  return { content: `${lines.join('\n')}\n`, lines: lines.length };
}

/** Where a finished run keeps its weights (design 5). */
export function finalWeightsPath(home: string, runId: string): string {
  return join(home, 'runs', runId, 'weights.safetensors');
}
