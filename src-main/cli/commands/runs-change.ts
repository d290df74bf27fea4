import type { LabClient } from '#contract/client.ts';
import { labCommand } from '#core/lab-command.ts';
import type { Elsewhere, RunRecord } from '#core/records.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { withRunArgument, withRunArguments } from '../run-argument.ts';
import { forEach } from '../several.ts';

export const runsPauseCommand = changeCommand({
  change: (client, run) => client.runs.pause({ run }),
  describe: (run, context) => endHint(run, context, 'It will pause after its checkpoint.'),
});

export const runsStopCommand = changeCommand({
  change: (client, run) => client.runs.stop({ run }),
  describe: (run, context) => endHint(run, context, 'It will end after its checkpoint.'),
});

export const runsDeleteCommand = changeCommand({
  change: (client, run) => client.runs.delete({ run }),
  describe: ({ id }, { homeOption }) =>
    `It is in the trash. Undo with: ${labCommand({ words: ['runs', 'restore'], operands: [id], home: homeOption })}`,
});

export const runsRestoreCommand = changeCommand({
  change: (client, run) => client.runs.restore({ run }),
  describe: () => 'It is no longer in the trash.',
});

export const runsPurgeCommand: DefineCommand = (command, surroundings) => {
  withRunArguments(command).action(async (runs: string[]) => {
    const context = contextOf(surroundings, command);
    await withLab(context, (client) =>
      forEach(runs, async (run) => {
        const purged = await client.runs.purge({ run });
        context.terminal.answer(purged, () => `Run ${purged.runId} and its files were deleted permanently.`);
      }),
    );
  });
};

export const runsRecountCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command).action(async (run: string) => {
    const context = contextOf(surroundings, command);
    const counted = await withLab(context, (client) => client.runs.recount({ run }));
    const said = counted.isChanged ? 'is shown as its events give it now' : 'was shown as its events give it';
    context.terminal.answer(counted, () => `Run ${counted.runId} ${said}.`);
  });
};

interface Change {
  readonly change: (client: LabClient, run: string) => Promise<RunRecord>;
  /** The sentence after the run's state: what happens next. */
  readonly describe: (run: RunRecord, context: Context) => string;
}

function changeCommand({ change, describe }: Change): DefineCommand {
  return (command, surroundings) => {
    withRunArguments(command).action(async (references: string[]) => {
      const context = contextOf(surroundings, command);
      await withLab(context, (client) =>
        forEach(references, async (reference) => {
          const run = await change(client, reference);
          context.terminal.answer(run, () => `Run ${run.id} is ${run.status}. ${describe(run, context)}`);
        }),
      );
    });
  };
}

/** What becomes of a run that is told to end; `trains` says that of one that trains here. */
function endHint(run: RunRecord, context: Context, trains: string): string {
  if (run.elsewhere?.isThere) return thereHint(run.elsewhere, context);
  return run.status === 'running' ? trains : goOnHint(run, context);
}

function goOnHint({ id }: RunRecord, { homeOption }: Context): string {
  return `Continue with: ${labCommand({ words: ['runs', 'resume'], operands: [id], home: homeOption })}`;
}

/** What becomes of it is heard from its machine. */
function thereHint({ machine }: Elsewhere, { homeOption }: Context): string {
  return `${machine} was told. What became of it: ${labCommand({ words: ['jobs'], home: homeOption })}`;
}
