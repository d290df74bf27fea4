import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { ExportProgress } from '#contract/exporter.ts';
import { exportProgress } from '#core/exchange/export-words.ts';
import type { StudyFileFormat } from '#core/figure/figure-request.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { Interrupted } from '../exit.ts';
import { studyFormat } from '../file-format.ts';
import { Interruption } from '../interruption.ts';
import { writeContent } from '../written-file.ts';

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
  const path = resolve(context.shell.folder, file);
  const { lines } = await withLab(context, async (client) => {
    const { id } = await client.studies.show({ study });
    return writeStudy(context, { study: id, format, path }, client);
  });
  const what = lines === null ? `study ${study} as ${format.toUpperCase()}` : `${lines} lines`;
  context.terminal.answer({ path, format, lines }, () => `Wrote ${what} to ${path}.`);
}

interface StudyFile {
  readonly study: string;
  readonly format: StudyFileFormat;
  readonly path: string;
}

/** Ctrl-C ends it, and leaves the file that was there. */
async function writeStudy(
  { tools, terminal, shell, elsewhere }: Context,
  { study, format, path }: StudyFile,
  client: LabClient,
): Promise<ExportProgress> {
  const stop = new AbortController();
  const interruption = new Interruption(shell);
  void interruption.requested.then(() => stop.abort());
  const warnings: string[] = [];
  let reached: ExportProgress = { runs: 0, of: 0, lines: null };
  const told = (progress: ExportProgress) => {
    reached = progress;
    terminal.status(exportProgress(progress));
  };
  try {
    const watching = { signal: stop.signal, told, warn: (sentence: string) => warnings.push(sentence) };
    await writeContent(
      { tools },
      path,
      tools.studyPieces({ study, format, isElsewhere: elsewhere !== null }, client, watching),
    );
  } catch (error) {
    if (stop.signal.aborted) throw new Interrupted(`The export was ended: ${path} is as it was.`);
    throw error;
  } finally {
    terminal.clearStatus();
    interruption.dispose();
  }
  for (const warning of warnings) terminal.note(warning);
  return reached;
}
