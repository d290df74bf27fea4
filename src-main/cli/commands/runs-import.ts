import { comparedDataOf, dataWarnings } from '#core/analysis/compared-data.ts';
import { comparedWeightsOf, weightsWarnings } from '#core/analysis/compared-weights.ts';
import { badRequest } from '#core/errors.ts';
import { EVENT_LINES_LIMIT } from '../../files/limits.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { readText } from '../spec-file.ts';

export const runsImportCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<file>', 'a file of event lines (NDJSON), or - for stdin')
    .action((file: string) => importRuns(contextOf(surroundings, command), file));
  examples(command, ['runs import quick.ndjson']);
};

async function importRuns(context: Context, file: string): Promise<void> {
  const lines = (await readText(file, context.shell, { limit: EVENT_LINES_LIMIT }))
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) throw badRequest(`${file} has no event lines: give what \`export study\` wrote.`);
  await withLab(context, async (client) => {
    const imported = await client.runs.import({ lines });
    context.terminal.answer(
      imported,
      () => `Imported ${imported.runIds.length} runs of ${imported.studyIds.length} studies.`,
    );
    for (const study of imported.studyIds) {
      const { name, ...compared } = await client.studies.show({ study });
      for (const warning of [
        ...dataWarnings(comparedDataOf(compared)),
        ...weightsWarnings(comparedWeightsOf(compared)),
      ])
        context.terminal.line(`Careful: ${name}: ${warning}`);
    }
  });
}
