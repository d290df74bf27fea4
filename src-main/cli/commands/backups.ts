import { countedNoun } from '#core/analysis/quantity.ts';
import type { ListedBackup } from '#core/backups.ts';
import { restoredText, salvagedText } from '#core/backups.ts';
import { badRequest } from '#core/errors.ts';
import { strayRunsText } from '#core/stray-runs.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { megabytes } from '../download-text.ts';
import { examples } from '../examples.ts';
import { countText, moment } from '../quantity-text.ts';
import { type TextColumn, textTable } from '../text-table.ts';

// These work on files, since a damaged database cannot be asked; only a new backup is made by the owner of the home.

/** Throws a bad request where the files are those of another machine. */
function atHome(context: Context): Context {
  if (context.elsewhere === null) return context;
  throw badRequest(
    `The home is on ${context.elsewhere.host}: look after the files of its backups there, by \`ssh ${context.elsewhere.host}\`.`,
  );
}

const COLUMNS: readonly TextColumn<Omit<ListedBackup, 'verified'>>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'made', cell: ({ madeAt }) => moment(madeAt) },
  { title: 'why', cell: ({ reason }) => reason },
  { title: 'runs', align: 'right', cell: ({ runs }) => (runs === null ? 'unreadable' : countText(runs)) },
  { title: 'size', align: 'right', cell: ({ bytes }) => megabytes(bytes) },
];

export const backupsListCommand: DefineCommand = (command, surroundings) => {
  command.action(() => listBackups(contextOf(surroundings, command)));
  examples(command, ['backups list']);
};

async function listBackups(context: Context): Promise<void> {
  const { tools, home, terminal, elsewhere } = context;
  const backups = await (elsewhere === null
    ? tools.listBackups(home)
    : withLab(context, (client) => client.backups.list({})));
  terminal.answer(backups, () =>
    backups.length === 0 ? 'There are no backups yet: `backups make` makes one.' : textTable(COLUMNS, backups),
  );
  const stray = elsewhere === null ? await tools.strayRuns(home) : null;
  if (stray !== null) terminal.note(strayRunsText(stray));
}

export const backupsMakeCommand: DefineCommand = (command, surroundings) => {
  command.action(() => makeBackup(contextOf(surroundings, command)));
  examples(command, ['backups make']);
};

async function makeBackup(context: Context): Promise<void> {
  const backup = await withLab(context, (client) => client.backups.make({}));
  context.terminal.answer(backup, () => `Made ${backup.name} (${megabytes(backup.bytes)}), and looked at all of it.`);
}

export const backupsVerifyCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('[name]', 'name of a backup (default: all)')
    .action((name: string | undefined) => verifyBackups(contextOf(surroundings, command), name));
  examples(command, ['backups verify']);
};

async function verifyBackups(context: Context, name: string | undefined): Promise<void> {
  const { tools, home, terminal } = atHome(context);
  const names = name === undefined ? (await tools.listBackups(home)).map((backup) => backup.name) : [name];
  for (const one of names) {
    for (const sentence of await tools.verifyBackup(home, one)) terminal.note(`${one}: ${sentence}`);
  }
  terminal.answer(
    { sound: names },
    () => `${countedNoun(names.length, 'backup')} looked at: every row is as it was stored.`,
  );
}

export const backupsRestoreCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('[name]', 'name of a backup (default: the newest that is undamaged)')
    .action((name: string | undefined) => restoreBackup(contextOf(surroundings, command), name ?? null));
  examples(command, ['backups restore']);
};

async function restoreBackup(context: Context, name: string | null): Promise<void> {
  const { tools, home, terminal } = atHome(context);
  const restored = await tools.restoreBackup(home, name);
  terminal.answer(restored, () => restoredText(restored));
}

export const backupsSalvageCommand: DefineCommand = (command, surroundings) => {
  command.action(() => salvage(contextOf(surroundings, command)));
  examples(command, ['backups salvage']);
};

async function salvage(context: Context): Promise<void> {
  const { tools, home, terminal } = atHome(context);
  const salvaged = await tools.salvageDatabase(home);
  terminal.answer(salvaged, () => salvagedText(salvaged));
}
