import { resolve } from 'node:path';
import { nextName } from '#core/free-name.ts';
import { toJson } from '#core/numbers.ts';
import { studySpecOf } from '#core/report/repeat.ts';
import type { StudySpec } from '#core/study.ts';
import { parseStudySpec } from '#core/study.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { writeContent } from '../written-file.ts';

interface DuplicateOptions {
  readonly name?: string;
}

export const studiesDuplicateCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<study>', 'id or name of the study')
    .argument('[file.json]', 'where to write the spec; printed without it')
    .option('--name <name>', 'the name of the new study, by default "copy of" the old one')
    .action((study: string, file: string | undefined, { name }: DuplicateOptions) =>
      duplicate(contextOf(surroundings, command), { study, file, name }),
    );
  examples(command, ['studies duplicate quick copy.json', 'study copy.json', 'studies duplicate quick --name quick-2']);
};

interface Wanted {
  readonly study: string;
  readonly file: string | undefined;
  readonly name: string | undefined;
}

async function duplicate(context: Context, { study, file, name }: Wanted): Promise<void> {
  const spec = await withLab(context, async (client): Promise<StudySpec> => {
    const original = await client.studies.show({ study });
    const taken = new Set((await client.studies.list({})).map((one) => one.name));
    return parseStudySpec({ ...studySpecOf(original), name: name ?? nextName(`copy of ${original.name}`, taken) });
  });
  if (file === undefined) {
    context.terminal.answer(spec, () => toJson(spec, 2));
    return;
  }
  const path = resolve(context.shell.folder, file);
  await writeContent(context, path, `${toJson(spec, 2)}\n`);
  context.terminal.answer({ path, spec }, () => `The spec of "${spec.name}" is in ${path}.`);
}
