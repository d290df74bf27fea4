import { Option } from 'commander';
import type { LabClient } from '#contract/client.ts';
import type { RunPage } from '#contract/runs.ts';
import { MOST_ROWS } from '#contract/runs.ts';
import { badRequest } from '#core/errors.ts';
import type { RunRecord, RunSummary } from '#core/records.ts';
import { RUN_STATUSES } from '#core/run.ts';
import { RUN_FIELDS } from '#core/run-fields.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { runTable } from '../run-text.ts';

interface RunListOptions {
  readonly study?: string;
  readonly status?: readonly string[];
  readonly deleted?: boolean;
  readonly filter?: string;
}

export const runsListCommand: DefineCommand = (command, surroundings) => {
  command
    .option('--study <study>', 'list only the runs of this study')
    .addOption(new Option('--status <status...>', `list only runs in these states: ${RUN_STATUSES.join(', ')}`))
    .option('--deleted', 'list the runs in the trash instead')
    .option('--filter <text>', 'list only runs that the text describes, as in the app: "t0 > 0.5 not failed"')
    .action((options: RunListOptions) => listRuns(contextOf(surroundings, command), options));
  examples(command, [
    'runs list',
    'runs list --study quick --status paused interrupted',
    'runs list --filter "finished test error < 8 t0 0.5..0.8"',
    'runs list --deleted',
  ]);
};

async function listRuns(context: Context, { study, status, deleted, filter }: RunListOptions): Promise<void> {
  const query = { ...statusFilter(status), ...(deleted === undefined ? {} : { deleted }) };
  const { test } = parseRunFilter(filter ?? '', { fields: RUN_FIELDS, now: Date.now() });
  const runs = await withLab(context, async (client) => {
    const studyId = study === undefined ? undefined : (await client.studies.show({ study })).id;
    const listed = await client.runs.list(studyId === undefined ? query : { ...query, studyId });
    if (filter === undefined) return listed;
    const found = new Set((await allSummaries(client)).filter(test).map(({ id }) => id));
    return listed.filter(({ id }) => found.has(id));
  });
  context.terminal.answer(runs, () => runTable(runs));
}

async function allSummaries(client: LabClient): Promise<readonly RunSummary[]> {
  const all: RunSummary[] = [];
  let after: number | null = null;
  do {
    const page: RunPage = await client.runs.rows({ after, limit: MOST_ROWS });
    all.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return all;
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
