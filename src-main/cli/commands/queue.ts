import type { Command } from 'commander';
import type { LabClient } from '#contract/client.ts';
import type { QueueState, ShownRun } from '#core/queue/queue.ts';
import { waitWords } from '#core/queue/queue.ts';
import { contextOf, type DefineCommand, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { placeFrom } from '../option-values.ts';
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
      const state = await withLab(context, (client) => client.queue.move({ run, place }));
      context.terminal.answer(state, () => queueText(state));
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
      const state = await withLab(context, ask);
      context.terminal.answer(state, () => queueText(state));
    });
    examples(command, lines);
  };
}

function runCommand(name: string, ask: (client: LabClient, run: string) => Promise<QueueState>): DefineCommand {
  return (command, surroundings) => {
    withRun(command).action(async (run: string) => {
      const context = contextOf(surroundings, command);
      const state = await withLab(context, (client) => ask(client, run));
      context.terminal.answer(state, () => queueText(state));
    });
    examples(command, [`queue ${name} 4k2h8d0c5t`]);
  };
}

function withRun(command: Command): Command {
  return command.argument('<run>', 'id of the run, or the beginning of its id');
}

/** The queue as a table; what concerns all of it stands first. */
function queueText(state: QueueState): string {
  const { runs, paused, standstill } = state;
  const head = [
    ...(standstill === null ? [] : [standstill.reason]),
    ...(paused ? ['The queue is paused: `lab queue resume` goes on.'] : []),
  ];
  if (runs.length === 0) return [...head, 'Nothing trains or waits.'].join('\n');
  let place = 0;
  const rows = runs.map((run) => {
    if (run.waits !== null) place += 1;
    return { run, place };
  });
  const table = textTable<{ readonly run: ShownRun; readonly place: number }>(
    [
      { title: 'place', align: 'right', cell: (row) => (row.run.waits === null ? '' : row.place) },
      { title: 'run', cell: ({ run }) => run.id },
      { title: 'study', cell: ({ run }) => run.studyName ?? '' },
      { title: 'name', cell: ({ run }) => `${run.name}, seed ${run.seed}` },
      { title: 'epoch', align: 'right', cell: ({ run }) => `${run.epoch}/${run.epochs}` },
      { title: 'state', cell: ({ run }) => waitWords(run.waits, state) },
    ],
    rows,
  );
  return [...head, table].join('\n');
}
