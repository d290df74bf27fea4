import { resolve } from 'node:path';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import type { CompareOptions } from './study-commands.ts';
import { writeText } from './written-file.ts';

/** `compare STUDY [--figure F.svg] [--table F.csv]` */
export async function compareStudy(context: Context, study: string, options: CompareOptions): Promise<void> {
  const [{ name }, comparison] = await withLab(context, (client) =>
    Promise.all([client.studies.show({ study }), client.studies.compare({ study })]),
  );
  const files = [
    { file: options.figure, draw: () => context.tools.comparisonSvg(comparison, name) },
    { file: options.table, draw: () => context.tools.comparisonCsv(comparison) },
  ];
  for (const { file, draw } of files) if (file !== undefined) await writeDrawn(context, file, await draw());
  const table = context.terminal.json ? '' : await context.tools.comparisonTable(comparison);
  context.terminal.answer(comparison, () => table);
}

async function writeDrawn({ shell, terminal }: Context, file: string, content: string): Promise<void> {
  const path = resolve(shell.folder, file);
  await writeText(path, content);
  terminal.note(`Wrote ${path}.`);
}
