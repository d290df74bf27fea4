import type { Command } from 'commander';
import type { LabClient } from '#contract/client.ts';
import { countedNoun, UNKNOWN } from '#core/analysis/quantity.ts';
import { AppError } from '#core/errors.ts';
import type { QueueOutlook } from '#core/queue/outlook.ts';
import type { QueueState, ShownRun } from '#core/queue/queue.ts';
import { queuedTitle, waitWords } from '#core/queue/queue.ts';
import { type Context, contextOf, type DefineCommand, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { placeFrom } from '../option-values.ts';
import { durationText } from '../quantity-text.ts';
import { textTable } from '../text-table.ts';

export const queueListCommand = queueCommand({
  ask: (client) => client.queue.show({}),
  examples: ['queue list', 'queue list --json'],
});

export const queuePauseCommand = queueCommand({ ask: (client) => client.queue.pause({}), examples: ['queue pause'] });

export const queueResumeCommand = queueCommand({
  ask: (client) => client.queue.resume({}),
  examples: ['queue resume'],
});

export const queueNextCommand = runCommand('next', (client, run) => client.queue.move({ run, place: 1 }));

export const queueHoldCommand = runCommand('hold', (client, run) => client.queue.hold({ run }));

export const queueReleaseCommand = runCommand('release', (client, run) => client.queue.release({ run }));

export const queueMoveCommand: DefineCommand = (command, surroundings) => {
  withRun(command)
    .argument('<place>', 'its place among those that wait, from 1', placeFrom)
    .action(async (run: string, place: number) => {
      const context = contextOf(surroundings, command);
      await answer(context, (client) => client.queue.move({ run, place }));
    });
  examples(command, ['queue move 4k2h8d0c5t 3']);
};

interface QueueQuestion {
  readonly ask: (client: LabClient) => Promise<QueueState>;
  readonly examples: readonly string[];
}

function queueCommand({ ask, examples: lines }: QueueQuestion): DefineCommand {
  return (command, surroundings) => {
    command.action(async () => {
      const context = contextOf(surroundings, command);
      await answer(context, ask);
    });
    examples(command, lines);
  };
}

function runCommand(name: string, ask: (client: LabClient, run: string) => Promise<QueueState>): DefineCommand {
  return (command, surroundings) => {
    withRun(command).action(async (run: string) => {
      const context = contextOf(surroundings, command);
      await answer(context, (client) => ask(client, run));
    });
    examples(command, [`queue ${name} 4k2h8d0c5t`]);
  };
}

function withRun(command: Command): Command {
  return command.argument('<run>', 'id of the run, or the beginning of its id');
}

/** Answers with the queue, and with how long it will take. */
async function answer(context: Context, ask: QueueQuestion['ask']): Promise<void> {
  const { state, outlook } = await withLab(context, async (client) => {
    const asked = await ask(client);
    const ended = new AbortController();
    for await (const first of await client.queue.outlook({}, { signal: ended.signal })) {
      ended.abort();
      return { state: asked, outlook: first };
    }
    throw new AppError('unavailable', 'The program that has the home open ended before it had answered: ask again.');
  });
  context.terminal.answer({ ...state, outlook }, () => queueText(state, outlook));
}

/** "3 h 20 min left for all of it", with what is not known and what is not counted. */
function totalText({ total, runs }: QueueOutlook): string {
  const { seconds, unknown, leftOut } = total;
  const counted = runs.length - leftOut;
  const others =
    leftOut === 0
      ? ''
      : `; not counted: ${countedNoun(leftOut, 'run')} that ${leftOut === 1 ? 'waits' : 'wait'} for you`;
  if (counted === 0) return 'Nothing trains by itself: all runs wait for you.';
  if (unknown === counted) return `Time left: not known yet${others}.`;
  const least = unknown === 0 ? '' : 'at least ';
  const why = unknown === 0 ? '' : `, since ${countedNoun(unknown, 'run')} may take any time`;
  return `Time left: ${least}${durationText(seconds)}${why}${others}.`;
}

/** The queue as a table; what concerns all of it stands first. */
function queueText(state: QueueState, outlook: QueueOutlook): string {
  const { runs, paused, standstill } = state;
  const head = [
    ...(standstill === null ? [] : [standstill.reason]),
    ...(paused ? ['The queue is paused: `lab queue resume` goes on.'] : []),
  ];
  if (runs.length === 0) return [...head, 'Nothing trains or waits.'].join('\n');
  let place = 0;
  const rows = runs.map((run) => {
    if (run.waits !== null) place += 1;
    return { run, place, endsIn: outlook.runs.find(({ id }) => id === run.id)?.endsIn ?? null };
  });
  const table = textTable<{ readonly run: ShownRun; readonly place: number; readonly endsIn: number | null }>(
    [
      { title: 'place', align: 'right', cell: (row) => (row.run.waits === null ? '' : row.place) },
      { title: 'run', cell: ({ run }) => run.id },
      { title: 'study', cell: ({ run }) => run.studyName ?? '' },
      { title: 'name', cell: ({ run }) => queuedTitle(run) },
      { title: 'epoch', align: 'right', cell: ({ run }) => `${run.epoch}/${run.epochs}` },
      { title: 'ends in', align: 'right', cell: ({ endsIn }) => (endsIn === null ? UNKNOWN : durationText(endsIn)) },
      { title: 'state', cell: ({ run }) => waitWords(run.waits, state) },
    ],
    rows,
  );
  return [...head, table, totalText(outlook)].join('\n');
}
