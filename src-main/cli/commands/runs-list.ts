import { Option } from 'commander';
import { badRequest } from '#core/errors.ts';
import type { RunRecord } from '#core/records.ts';
import { RUN_STATUSES } from '#core/run.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { runTable } from '../run-text.ts';

interface RunListOptions {
  readonly study?: string;
  readonly status?: readonly string[];
  readonly deleted?: boolean;
}

export const runsListCommand: DefineCommand = (command, surroundings) => {
  command
    .option('--study <study>', 'list only the runs of this study')
    .addOption(new Option('--status <status...>', `list only runs in these states: ${RUN_STATUSES.join(', ')}`))
    .option('--deleted', 'list the runs in the trash instead')
    .action((options: RunListOptions) => listRuns(contextOf(surroundings, command), options));
  examples(command, ['runs list', 'runs list --study quick --status paused interrupted', 'runs list --deleted']);
};

async function listRuns(context: Context, { study, status, deleted }: RunListOptions): Promise<void> {
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
