import { Option } from 'commander';
import type { LabClient } from '#contract/client.ts';
import { badRequest } from '#core/errors.ts';
import type { RunRecord } from '#core/records.ts';
import { RUN_STATUSES } from '#core/run.ts';
import { RUN_FIELDS } from '#core/run-fields.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { runTable } from '../run-text.ts';
import type { ShownView } from '../runs-view.ts';
import { allSummaries, readView, viewTable } from '../runs-view.ts';

interface RunListOptions {
  readonly study?: string;
  readonly status?: readonly string[];
  readonly deleted?: boolean;
  readonly filter?: string;
  readonly view?: string;
}

export const runsListCommand: DefineCommand = (command, surroundings) => {
  command
    .option('--study <study>', 'list only the runs of this study')
    .addOption(new Option('--status <status...>', `list only runs in these states: ${RUN_STATUSES.join(', ')}`))
    .option('--deleted', 'list the runs in the trash instead')
    .option('--filter <text>', 'list only runs that the text describes, as in the app: "t0 > 0.5 not failed"')
    .addOption(
      new Option('--view <name>', 'filter, columns and order of a saved view of the app (see `views list`)').conflicts(
        'deleted',
      ),
    )
    .action((options: RunListOptions) => listRuns(contextOf(surroundings, command), options));
  examples(command, [
    'runs list',
    'runs list --study quick --status paused interrupted',
    'runs list --filter "finished test error < 8 t0 0.5..0.8"',
    'runs list --view paper',
    'runs list --deleted',
  ]);
};

async function listRuns(context: Context, { study, status, deleted, filter, view }: RunListOptions): Promise<void> {
  const now = Date.now();
  const { test } = parseRunFilter(filter ?? '', { fields: RUN_FIELDS, now });
  const asked = statusFilter(status);
  await withLab(context, async (client) => {
    const saved = view === undefined ? null : await readView(client, view, now);
    const inTrash = saved === null ? deleted : saved.tab === 'trash';
    const listed = await listedRuns(client, study, { ...asked, deleted: inTrash });
    if (saved !== null) return answerView(context, listed, { ...saved, runs: saved.runs.filter(test) });
    const found = filter === undefined ? listed : (await allSummaries(client)).filter(test);
    const ids = new Set(found.map(({ id }) => id));
    const runs = listed.filter(({ id }) => ids.has(id));
    context.terminal.answer(runs, () => runTable(runs));
  });
}

interface RunQuery {
  readonly statuses?: RunRecord['status'][];
  readonly deleted: boolean | undefined;
}

async function listedRuns(client: LabClient, study: string | undefined, { deleted, ...query }: RunQuery) {
  const studyId = study === undefined ? undefined : (await client.studies.show({ study })).id;
  return client.runs.list({
    ...query,
    ...(deleted === undefined ? {} : { deleted }),
    ...(studyId === undefined ? {} : { studyId }),
  });
}

/** Those of the listed runs that the view shows, in its order. */
function answerView(context: Context, listed: readonly RunRecord[], { fields, runs }: ShownView): void {
  const records = new Map(listed.map((run) => [run.id, run]));
  const shown = runs.filter(({ id }) => records.has(id));
  context.terminal.answer(
    shown.flatMap(({ id }) => records.get(id) ?? []),
    () => viewTable(fields, shown),
  );
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
