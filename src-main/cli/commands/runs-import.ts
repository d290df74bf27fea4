import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import { comparedDataOf, dataWarnings } from '#core/analysis/compared-data.ts';
import { comparedWeightsOf, weightsWarnings } from '#core/analysis/compared-weights.ts';
import { countedNoun } from '#core/analysis/quantity.ts';
import { AppError } from '#core/errors.ts';
import type { Imported, ImportNews } from '#core/exchange/import-news.ts';
import { importProgress, importSentence, withoutLines } from '#core/exchange/import-words.ts';
import { EVENT_LINES_LIMIT } from '../../files/limits.ts';
import { headOfOrdinary } from '../../files/ordinary-file.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { Interrupted } from '../exit.ts';
import { Interruption } from '../interruption.ts';
import { sentFile } from '../sent-file.ts';
import { STDIN } from '../spec-file.ts';
import { withStdinAsFile } from '../stdin-file.ts';

export const runsImportCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<file>', 'a file of event lines (NDJSON), or - for stdin')
    .action((file: string) => importRuns(contextOf(surroundings, command), file));
  examples(command, ['runs import quick.ndjson']);
};

async function importRuns(context: Context, file: string): Promise<void> {
  const { shell } = context;
  const work = async (path: string) => {
    await refuseEmpty(path, file === STDIN ? 'The text from stdin' : file);
    await importFile(context, path);
  };
  await (file === STDIN ? withStdinAsFile(shell, work) : work(resolve(shell.folder, file)));
}

/** Before a home is opened, and made where there is none. */
async function refuseEmpty(path: string, name: string): Promise<void> {
  const start = await headOfOrdinary(path, EVENT_LINES_LIMIT, 1);
  if (start.length === 0) throw withoutLines(name);
}

async function importFile(context: Context, path: string): Promise<void> {
  const { type, ...imported } = await withLab(context, async (client) => {
    const result = await importResult(context, client, path);
    if (result.type === 'imported') await warnOfStudies(context, client, result.studyIds);
    return result;
  });
  for (const sentence of imported.leftOut) context.terminal.note(sentence);
  const unlisted = imported.leftOutCount - imported.leftOut.length;
  if (unlisted > 0) context.terminal.note(`${countedNoun(unlisted, 'more such sentence')} not shown.`);
  if (type === 'ended') throw new Interrupted(`${importSentence(imported)} Import the file again to go on.`);
  context.terminal.answer(imported, () => importSentence(imported));
  if (imported.leftOutCount > 0) throw new AppError('conflict', leftOutSentence(imported));
}

type ImportResult = Extract<ImportNews, { readonly type: 'imported' | 'ended' }>;

/** Ctrl-C ends the import after the run that is being stored. */
async function importResult(context: Context, client: LabClient, path: string): Promise<ImportResult> {
  const stop = new AbortController();
  const interruption = new Interruption(context.shell);
  void interruption.requested.then(() => stop.abort());
  try {
    for await (const news of imported(context, client, { path, signal: stop.signal })) {
      if (news.type === 'failed') throw new AppError(news.code, news.message);
      if (news.type === 'imported' || news.type === 'ended') return news;
      context.terminal.status(importProgress(news));
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    context.terminal.clearStatus();
    interruption.dispose();
  }
  if (stop.signal.aborted)
    throw new Interrupted('The import was ended: what it stored is whole. Import the file again to go on.');
  throw new AppError('unavailable', 'The import ended without an answer: import the file again.');
}

interface FileToImport {
  readonly path: string;
  readonly signal: AbortSignal;
}

/** What is told of the import of a file of this machine, which is sent where the home is on another one. */
async function* imported(
  { elsewhere, terminal }: Context,
  client: LabClient,
  { path, signal }: FileToImport,
): AsyncGenerator<ImportNews> {
  if (elsewhere === null) yield* await client.runs.import({ path }, { signal });
  else
    yield* sentFile(client, path, { signal, onShare: (share) => terminal.status(sendingText(share, elsewhere.host)) });
}

function sendingText(share: number, host: string): string {
  return `sending the file to ${host}: ${Math.floor(100 * share)} %`;
}

async function warnOfStudies(context: Context, client: LabClient, studyIds: readonly string[]): Promise<void> {
  for (const study of studyIds) {
    const { name, ...compared } = await client.studies.show({ study });
    const warnings = [...dataWarnings(comparedDataOf(compared)), ...weightsWarnings(comparedWeightsOf(compared))];
    for (const warning of warnings) context.terminal.line(`Careful: ${name}: ${warning}`);
  }
}

function leftOutSentence({ leftOutCount }: Imported): string {
  return leftOutCount === 1
    ? 'What is named above was left out; everything else is imported.'
    : `The ${leftOutCount} things named above were left out; everything else is imported.`;
}
