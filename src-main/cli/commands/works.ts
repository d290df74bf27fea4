import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { workLine } from '../work-lines.ts';

export const worksCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listWorks(contextOf(surroundings, command)));
  examples(command, ['works', 'works --json']);
};

async function listWorks(context: Context): Promise<void> {
  await withLab(context, async (client) => {
    for await (const works of await client.works.follow({})) {
      context.terminal.answer(works, () =>
        works.length === 0
          ? 'Nothing that takes long is under way, other than training: `runs list` shows that.'
          : works.map((work) => workLine(work, Date.now())).join('\n'),
      );
      return;
    }
  });
}
