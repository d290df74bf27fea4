import type { Command } from 'commander';
import type { LabClient } from '#contract/client.ts';
import { labCommand } from '#core/lab-command.ts';
import type { StudyRecord } from '#core/records.ts';
import { deletedSentence, restoredSentence } from '#core/study-words.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { forEach } from '../several.ts';

const STUDY = 'id or name of the study';

export const studiesRenameCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<study>', STUDY)
    .argument('<name>', 'the new name')
    .action(async (study: string, name: string) => {
      const context = contextOf(surroundings, command);
      const renamed = await withLab(context, (client) => client.studies.rename({ study, name }));
      context.terminal.answer(renamed, () => `The study is called "${renamed.name}" now.`);
    });
  examples(command, ["studies rename quick 'quick, first try'"]);
};

export const studiesArchiveCommand = forStudies('archive', async (client, study) => {
  return changed(client, study, { archived: true }, ({ name }) => `The study "${name}" and its runs are archived.`);
});

export const studiesUnarchiveCommand = forStudies('unarchive', async (client, study) => {
  const describe = ({ name }: StudyRecord) => `The study "${name}" and its runs are out of the archive.`;
  return changed(client, study, { archived: false }, describe);
});

export const studiesDeleteCommand = forStudies('delete', async (client, study, { homeOption }) => {
  const deleted = await client.studies.delete({ study });
  const undo = labCommand({ words: ['studies', 'restore'], operands: [deleted.study.id], home: homeOption });
  return { value: deleted, text: `${deletedSentence(deleted)} Undo with: ${undo}` };
});

export const studiesRestoreCommand = forStudies('restore', async (client, study) => {
  const { name } = await client.studies.show({ study });
  const restored = await client.studies.restore({ study });
  return { value: restored, text: restoredSentence(restored, name) };
});

export const studiesPurgeCommand = forStudies('purge', async (client, study) => {
  const { name } = await client.studies.show({ study });
  const purged = await client.studies.purge({ study });
  return { value: purged, text: `The study "${name}", its runs and their files were deleted permanently.` };
});

export const studiesNoteCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<study>', STUDY)
    .argument('<text>', 'the note, as plain text; an empty one removes it')
    .action((study: string, note: string) => change(contextOf(surroundings, command), study, { note }));
  examples(command, ["studies note quick 't0 above 0.8 is too late'"]);
};

export const studiesTagCommand: DefineCommand = (command, surroundings) => {
  withTags(command).action((study: string, addTags: string[]) =>
    change(contextOf(surroundings, command), study, { addTags }),
  );
};

export const studiesUntagCommand: DefineCommand = (command, surroundings) => {
  withTags(command).action((study: string, removeTags: string[]) =>
    change(contextOf(surroundings, command), study, { removeTags }),
  );
};

type StudyChange = Omit<Parameters<LabClient['studies']['update']>[0], 'studies'>;

interface Done {
  readonly value: unknown;
  readonly text: string;
}

function withTags(command: Command): Command {
  const words = `studies ${command.name()}`;
  return examples(command.argument('<study>', STUDY).argument('<tags...>', 'the tags'), [`${words} quick paper draft`]);
}

/** A command that does the same to each of the studies that it names. */
function forStudies(
  verb: string,
  act: (client: LabClient, study: string, context: Context) => Promise<Done>,
): DefineCommand {
  return (command, surroundings) => {
    command.argument('<studies...>', 'ids or names of the studies').action(async (studies: string[]) => {
      const context = contextOf(surroundings, command);
      await withLab(context, (client) =>
        forEach(studies, async (study) => {
          const { value, text } = await act(client, study, context);
          context.terminal.answer(value, () => text);
        }),
      );
    });
    examples(command, [`studies ${verb} quick`, `studies ${verb} quick 'quick 2' --json`]);
  };
}

async function change(context: Context, study: string, changes: StudyChange): Promise<void> {
  const done = await withLab(context, (client) => changed(client, study, changes, marksText));
  context.terminal.answer(done.value, () => done.text);
}

async function changed(
  client: LabClient,
  study: string,
  changes: StudyChange,
  describe: (study: StudyRecord) => string,
): Promise<Done> {
  const { studyIds } = await client.studies.update({ studies: [study], ...changes });
  const value = await client.studies.show({ study: studyIds[0] ?? study });
  return { value, text: describe(value) };
}

/** What people have written about a study. */
function marksText({ name, note, tags }: StudyRecord): string {
  const tagged = tags.length === 0 ? 'no tags' : `the tags ${tags.join(', ')}`;
  return `The study "${name}" has ${tagged} and ${note === '' ? 'no note.' : `the note: ${note}`}`;
}
