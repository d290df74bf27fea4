import type { LabClient } from '#contract/client.ts';
import { badRequest } from '#core/errors.ts';
import type { RunRecord } from '#core/records.ts';
import { RUN_STATUSES } from '#core/run.ts';
import { cacheReport } from '#core/training/prefix/cache-report.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import { labCommand } from './lab-command.ts';
import type { RunListOptions } from './run-commands.ts';
import { runTable, runText } from './run-text.ts';
import { readText } from './spec-file.ts';

/** `runs list` */
export async function listRuns(context: Context, { study, status, deleted }: RunListOptions): Promise<void> {
  const filter = { ...statusFilter(status), ...(deleted === undefined ? {} : { deleted }) };
  const runs = await withLab(context, async (client) => {
    const studyId = study === undefined ? undefined : (await client.studies.show({ study })).id;
    return client.runs.list(studyId === undefined ? filter : { ...filter, studyId });
  });
  context.terminal.answer(runs, () => runTable(runs));
}

function statusFilter(names: readonly string[] | undefined): { statuses?: RunRecord['status'][] } {
  if (names === undefined) return {};
  const statuses = names.flatMap((name) => name.split(',')).map(statusNamed);
  return { statuses };
}

function statusNamed(name: string): RunRecord['status'] {
  const status = RUN_STATUSES.find((known) => known === name);
  if (status === undefined) throw badRequest(`There is no status "${name}": use ${RUN_STATUSES.join(', ')}.`);
  return status;
}

/** `runs show RUN` */
export async function showRun(context: Context, run: string): Promise<void> {
  const { detail, history } = await withLab(context, async (client) => {
    const shown = await client.runs.show({ run });
    return { detail: shown, history: await client.runs.history({ run: shown.id }) };
  });
  context.terminal.answer(detail, () => runText(detail, cacheReport(history)));
}

/** `runs pause RUN` */
export function pauseRun(context: Context, run: string): Promise<void> {
  return changeRun(
    context,
    (client) => client.runs.pause({ run }),
    (record) => (record.status === 'running' ? 'It will pause after its checkpoint.' : goOnHint(record, context)),
  );
}

/** `runs stop RUN` */
export function stopRun(context: Context, run: string): Promise<void> {
  return changeRun(
    context,
    (client) => client.runs.stop({ run }),
    (record) => (record.status === 'running' ? 'It will end after its checkpoint.' : goOnHint(record, context)),
  );
}

/** `runs delete RUN` */
export function deleteRun(context: Context, run: string): Promise<void> {
  return changeRun(
    context,
    (client) => client.runs.delete({ run }),
    ({ id }) => {
      const undo = labCommand(['runs', 'restore', id], context.homeOption);
      return `It is in the trash; undo with: ${undo}`;
    },
  );
}

/** `runs restore RUN` */
export function restoreRun(context: Context, run: string): Promise<void> {
  return changeRun(
    context,
    (client) => client.runs.restore({ run }),
    () => 'It is out of the trash.',
  );
}

/** `runs purge RUN` */
export async function purgeRun(context: Context, run: string): Promise<void> {
  const purged = await withLab(context, (client) => client.runs.purge({ run }));
  context.terminal.answer(purged, () => `Run ${purged.runId} and its files are deleted for ever.`);
}

/** `runs import FILE` */
export async function importRuns(context: Context, file: string): Promise<void> {
  const lines = (await readText(file, context.shell)).split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw badRequest(`${file} has no event lines: give what \`export study\` wrote.`);
  const imported = await withLab(context, (client) => client.runs.import({ lines }));
  context.terminal.answer(
    imported,
    () => `Took in ${imported.runIds.length} runs of ${imported.studyIds.length} studies.`,
  );
}

type Change = (client: LabClient) => Promise<RunRecord>;

async function changeRun(context: Context, change: Change, describe: (run: RunRecord) => string): Promise<void> {
  const run = await withLab(context, change);
  context.terminal.answer(run, () => `Run ${run.id} is ${run.status}. ${describe(run)}`);
}

function goOnHint({ id }: RunRecord, context: Context): string {
  return `Go on with: ${labCommand(['runs', 'resume', id], context.homeOption)}`;
}
