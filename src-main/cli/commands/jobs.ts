import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { JobRecord } from '#core/machines/job-record.ts';
import { jobStateText } from '#core/machines/job-words.ts';
import { type Context, contextOf, type DefineCommand, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { moment } from '../quantity-text.ts';
import { type TextColumn, textTable } from '../text-table.ts';

const COLUMNS: readonly TextColumn<JobRecord>[] = [
  { title: 'block', cell: ({ block }) => block },
  { title: 'machine', cell: ({ machine }) => machine },
  { title: 'job', cell: ({ job }) => job ?? UNKNOWN },
  { title: 'state', cell: jobStateText },
  { title: 'node', cell: ({ node }) => node ?? UNKNOWN },
  { title: 'attempts', align: 'right', cell: ({ attempt }) => attempt },
  { title: 'runs', align: 'right', cell: ({ runs }) => runs.length },
  { title: 'sent', cell: ({ submittedAt }) => moment(submittedAt) },
];

export const jobsCommand: DefineCommand = (command, surroundings) => {
  command
    .option('--offline', 'tell what was heard last, and ask no machine')
    .action(({ offline = false }: { readonly offline?: boolean }) =>
      listJobs(contextOf(surroundings, command), offline),
    );
  examples(command, ['jobs', 'jobs --offline', 'jobs --json']);
};

async function listJobs(context: Context, offline: boolean): Promise<void> {
  const { terminal } = context;
  await withLab(context, async (client) => {
    const jobs = await client.jobs.list({ look: !offline });
    terminal.answer(jobs, () => (jobs.length === 0 ? 'Nothing trains elsewhere.' : textTable(COLUMNS, jobs)));
    const silent = new Map(
      jobs.flatMap(({ machine, link }) => (link?.state === 'down' ? [[machine, link.reason] as const] : [])),
    );
    for (const [machine, reason] of silent) terminal.note(`${machine} cannot be heard now: ${reason}`);
  });
}
