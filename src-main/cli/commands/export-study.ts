import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { ExportedFile } from '#contract/exporter.ts';
import type { StudyFileFormat } from '#core/figure/figure-request.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { studyFormat } from '../file-format.ts';
import { writeExported } from '../written-file.ts';

export const exportStudyCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<study>', 'id or name of the study')
    .argument('<file>', 'the file to write; its ending chooses the format')
    .action((study: string, file: string) => exportStudy(contextOf(surroundings, command), study, file));
  examples(command, ['export study quick quick.ndjson', 'export study quick quick.html']);
};

/** The ending of the file's name chooses the format. */
async function exportStudy(context: Context, study: string, file: string): Promise<void> {
  const format = studyFormat(file);
  const { lines, ...content } = await withLab(context, (client) => studyContent(context, { study, format }, client));
  const path = resolve(context.shell.folder, file);
  await writeExported(context, path, content);
  const what = lines === null ? `study ${study} as ${format.toUpperCase()}` : `${lines} lines`;
  context.terminal.answer({ path, format, lines }, () => `Wrote ${what} to ${path}.`);
}

interface StudyContent extends Pick<ExportedFile, 'data' | 'warnings'> {
  /** The number of event lines; null for other formats. */
  readonly lines: number | null;
}

async function studyContent(
  { tools }: Context,
  { study, format }: { readonly study: string; readonly format: StudyFileFormat },
  client: LabClient,
): Promise<StudyContent> {
  if (format !== 'ndjson') {
    const { id } = await client.studies.show({ study });
    return { ...(await tools.renderStudy([id], format, client)), lines: null };
  }
  const { lines } = await client.studies.export({ study });
  return { data: Buffer.from(`${lines.join('\n')}\n`), warnings: [], lines: lines.length };
}
