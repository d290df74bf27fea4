import type { Diagnosis } from '#contract/desktop.ts';
import { UNKNOWN } from '#core/analysis/quantity.ts';
import { strayRunsText } from '#core/stray-runs.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { examples } from '../examples.ts';
import { textFacts } from '../text-table.ts';

export const doctorCommand: DefineCommand = (command, surroundings) => {
  command.action(() => runDoctor(contextOf(surroundings, command)));
  examples(command, ['doctor', 'doctor --json']);
};

/** Looks at files only: TensorFlow is not loaded, and the home not opened. */
async function runDoctor({ tools, home, terminal }: Context): Promise<void> {
  const { notes, ...diagnosis } = await tools.diagnose();
  const strayRuns = diagnosis.sqliteVersion === null ? null : await tools.strayRuns(home);
  terminal.answer({ ...diagnosis, strayRuns }, () => describe(diagnosis, notes));
  if (strayRuns !== null) terminal.note(strayRunsText(strayRuns));
}

function describe(diagnosis: Diagnosis, notes: readonly string[]): string {
  const facts = textFacts([
    ['backend', diagnosis.backend],
    ['TensorFlow', diagnosis.tensorflowVersion ?? UNKNOWN],
    ['device', diagnosis.device],
    ['Node', diagnosis.node],
    ['Electron', diagnosis.electron ?? UNKNOWN],
    ['SQLite', diagnosis.sqliteVersion ?? UNKNOWN],
  ]);
  const verdict = diagnosis.problems.length === 0 ? ['Nothing is missing for training.'] : diagnosis.problems;
  const onlyApp = notes.map((note) => `Only the app and the tests need this: ${note}`);
  return [facts, '', ...verdict, ...onlyApp].join('\n');
}
