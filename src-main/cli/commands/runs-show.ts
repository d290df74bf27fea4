import { cacheReport } from '#core/training/prefix/cache-report.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { withRunArgument } from '../run-argument.ts';
import { runText } from '../run-text.ts';

export const runsShowCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command).action((run: string) => showRun(contextOf(surroundings, command), run));
};

async function showRun(context: Context, run: string): Promise<void> {
  const { detail, history } = await withLab(context, async (client) => {
    const shown = await client.runs.show({ run });
    return { detail: shown, history: await client.runs.history({ run: shown.id }) };
  });
  context.terminal.answer(detail, () => runText(detail, cacheReport(history)));
}
