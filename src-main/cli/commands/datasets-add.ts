import type { DatasetKind } from '#core/data/dataset-kind.ts';
import { DATASET_KINDS } from '#core/data/dataset-kinds.ts';
import { type DatasetLocation, datasetLocationSchema } from '#core/data/dataset-location.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { parse } from '#core/validation.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { datasetReportText } from '../dataset-report-text.ts';
import { datasetTable } from '../dataset-table.ts';
import { examples } from '../examples.ts';
import { untilInterrupted } from '../interruption.ts';
import { kindSpec, withKindOptions } from '../kind-options.ts';
import { anyOf } from '../option-values.ts';
import { pathAtHome } from '../path-at-home.ts';

interface AddDatasetOptions {
  readonly kind: string;
  readonly path?: string;
  readonly replace?: boolean;
  readonly strict?: boolean;
  readonly dryRun?: boolean;
  readonly all?: boolean;
}

const kinds: readonly DatasetKind[] = DATASET_KINDS;

export const datasetsAddCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'name by which specs refer to the data set')
    .requiredOption('--kind <kind>', anyOf(kinds.map(({ kind }) => kind)))
    .option('--path <path>', 'the folder, archive or file')
    .option('--replace', 'replace the data set of that name; runs that began on its files look for those again')
    .option('--strict', 'add nothing where the report finds anything: also a skipped file or a repeated image')
    .option('--dry-run', 'only report on the data; add nothing')
    .option('--all', 'show every class and all that was found, not only the first of each');
  withKindOptions(command, kinds).action((name: string, options: AddDatasetOptions) =>
    addDataset(contextOf(surroundings, command), name, options),
  );
  examples(
    command,
    kinds.flatMap(({ example }) => example ?? []),
  );
};

async function addDataset(context: Context, name: string, options: AddDatasetOptions): Promise<void> {
  const { kind, path, replace = false } = options;
  const place = path === undefined ? {} : { path: pathAtHome(context, path) };
  const location = parse(datasetLocationSchema, { ...kindSpec(kinds, kind, options), ...place }, 'the options');
  const report = await reportOn(context, { name, location });
  const text = datasetReportText(report, { all: options.all === true });
  const refusal = refusalOf(report, options);
  if (refusal !== null || options.dryRun === true) context.terminal.answer({ name, location, report }, () => text);
  if (refusal !== null) throw refusal;
  if (options.dryRun === true) return;
  const added = await withLab(context, (client) => client.datasets.add({ name, location, replace }));
  context.terminal.answer({ ...added, report }, () => `${text}\n\n${datasetTable([added])}`);
}

/** Read where the home is: here before it is opened, so that nothing is written where the data are wrong. */
function reportOn(context: Context, request: { readonly name: string; readonly location: DatasetLocation }) {
  const { elsewhere, terminal, tools } = context;
  const say = (line: string) => terminal.note(line);
  if (elsewhere === null) return untilInterrupted(context, (signal) => tools.reportOn(request, say, signal));
  return withLab(context, (client) => client.datasets.check({ location: request.location }));
}

function refusalOf(report: DatasetReport, { strict }: AddDatasetOptions): AppError | null {
  if (report.refusal !== null) return new AppError('corrupt', `Nothing was added: ${report.refusal}`);
  if (strict !== true || report.findings.length === 0) return null;
  const found = report.findings.length === 1 ? 'one finding' : `${report.findings.length} findings`;
  return badRequest(`Nothing was added, since --strict takes the report's ${found} for errors.`);
}
