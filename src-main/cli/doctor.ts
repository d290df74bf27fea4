import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { Context } from './context.ts';
import { deviceName } from './device-name.ts';
import type { Installation } from './lab-tools.ts';
import { textFacts } from './text-table.ts';

/** What training would run on here. */
interface Diagnosis {
  readonly backend: 'tensorflow-cpu' | 'tensorflow-gpu' | 'none';
  readonly tensorflowVersion: string | null;
  readonly device: string;
  readonly node: string;
  readonly electron: string | null;
  readonly sqliteVersion: string | null;
  readonly problems: readonly string[];
}

/** Looks at files only: TensorFlow is not loaded. */
export async function runDoctor({ tools, terminal }: Context): Promise<void> {
  const installation = await tools.installation();
  const diagnosis = diagnose(installation);
  terminal.answer(diagnosis, () => describe(diagnosis, installation.notes));
}

function diagnose({ tensorflow, electronVersion, sqliteVersion, problems }: Installation): Diagnosis {
  return {
    backend: tensorflow === null ? 'none' : `tensorflow-${tensorflow.variant}`,
    tensorflowVersion: tensorflow?.version ?? null,
    device: deviceName(tensorflow?.variant ?? 'cpu'),
    node: process.versions.node,
    electron: electronVersion,
    sqliteVersion,
    problems,
  };
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
