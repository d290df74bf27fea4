import type { LabClient } from '#contract/client.ts';
import type { LabHost } from '#contract/host.ts';
import { knownDatasetNamed } from '#core/data/known/known-datasets.ts';
import { badRequest } from '#core/errors.ts';
import { labCommand } from '#core/lab-command.ts';
import type { DatasetRecord, KnownDatasetRecord } from '#core/records.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, misread, withLab } from '../context.ts';
import { datasetReportText } from '../dataset-report-text.ts';
import { datasetTable } from '../dataset-table.ts';
import { downloadText, knownDatasetFacts, knownDatasetTable, megabytes } from '../download-text.ts';
import { examples } from '../examples.ts';
import { Interrupted } from '../exit.ts';
import { Interruption } from '../interruption.ts';

interface GetOptions {
  readonly yes?: boolean;
}

export const datasetsGetCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('[name]', 'name of the data set; without one, all that can be had are listed')
    .option('--yes', 'do not ask: size and licence are known')
    .action((name: string | undefined, options: GetOptions) => {
      const context = contextOf(surroundings, command);
      return name === undefined ? listKnown(context) : getDataset(context, name, options);
    });
  examples(command, ['datasets get', 'datasets get cifar10', 'datasets get emnist-letters --yes']);
};

async function listKnown(context: Context): Promise<void> {
  const known = await withLab(context, (client) => client.datasets.known({}));
  context.terminal.answer(known, () => knownDatasetTable(known));
}

/** The home is served meanwhile: a large data set may take an hour. */
async function getDataset(context: Context, typed: string, { yes = false }: GetOptions): Promise<void> {
  const { name } = knownDatasetNamed(typed);
  const host = await context.tools.openHost({ home: context.home, serve: true });
  let reason = 'The command is done.';
  try {
    const known = (await host.client.datasets.known({})).find((candidate) => candidate.name === name);
    if (known !== undefined && !known.isHere) await confirm(context, known, yes);
    const dataset = await got(context, host, name);
    if (known?.isAdded === true) {
      context.terminal.answer(dataset, () => `${name} is here.\n${datasetTable([dataset])}`);
    } else {
      const report = await host.client.datasets.report({ name });
      const text = datasetReportText(report, { all: false });
      context.terminal.answer({ ...dataset, report }, () => `${text}\n\n${datasetTable([dataset])}`);
    }
  } catch (error) {
    if (error instanceof Interrupted) reason = 'Ended by Ctrl-C.';
    throw misread(context, error);
  } finally {
    context.terminal.clearStatus();
    await host.close(reason);
  }
}

/** Shows what is about to be downloaded; where a person can be asked, nothing begins without a yes. */
async function confirm({ terminal, shell }: Context, known: KnownDatasetRecord, yes: boolean): Promise<void> {
  terminal.note(knownDatasetFacts(known));
  if (yes) return;
  if (!shell.canAsk) throw badRequest(`Nobody can be asked here whether ${known.name} may be downloaded: add --yes.`);
  const answer = await shell.ask(`Download ${megabytes(known.bytes - known.keptBytes)} now? [y/N] `);
  if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) throw badRequest('Nothing was downloaded.');
}

/** Shows the progress until the data set is there. Ctrl-C keeps what has arrived. */
async function got(context: Context, { client }: LabHost, name: string): Promise<DatasetRecord> {
  const interruption = new Interruption(context.shell);
  const ended = new AbortController();
  try {
    await Promise.all([
      showDownload(context, { client, name, signal: ended.signal }),
      showReading(context, client, ended.signal),
    ]);
    const interrupted = interruption.requested.then(() => null);
    const answer = client.datasets.get({ name });
    const dataset = await Promise.race([answer, interrupted]);
    if (dataset !== null) return dataset;
    await client.datasets.stopGetting({ name });
    // Who pressed Ctrl-C need not be told that the download has ended.
    await answer.catch(() => undefined);
    const again = labCommand({ words: ['datasets', 'get'], operands: [name], home: context.homeOption });
    throw new Interrupted(`Stopped; what has arrived is kept. Continue with: ${again}`);
  } finally {
    ended.abort();
    interruption.dispose();
  }
}

interface Shown {
  readonly client: LabClient;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** Resolves once it follows. A stream that breaks leaves its last line: the answer tells how the download ended. */
async function showDownload({ terminal }: Context, { client, name, signal }: Shown): Promise<void> {
  const stream = await client.datasets.downloads({}, { signal });
  let stage = '';
  const show = async (): Promise<void> => {
    for await (const { name: shown, progress } of stream) {
      if (shown !== name || progress === null || signal.aborted) continue;
      const isNew = progress.stage !== stage;
      stage = progress.stage;
      if (terminal.isLive) terminal.status(`${name}: ${downloadText(progress)}`);
      else if (isNew) terminal.note(`${name}: ${downloadText(progress)}`);
    }
  };
  void show().catch(() => undefined);
}

/** Resolves once it follows. A folder of images is decoded when it is added. */
async function showReading({ terminal }: Context, client: LabClient, signal: AbortSignal): Promise<void> {
  const stream = await client.datasets.progress({}, { signal });
  const show = async (): Promise<void> => {
    for await (const { text } of stream) if (!signal.aborted) terminal.status(text);
  };
  void show().catch(() => undefined);
}
