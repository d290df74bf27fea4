import { restoredText, salvagedText } from '#core/backups.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { pageProcedure } from './page-procedure.ts';
import { renewPage } from './renewed-page.ts';

/** The procedures that put another database in the place of the home's, for which the home is closed. */
export function backupProcedures(ports: DesktopPorts) {
  return {
    restoreBackup: pageProcedure.desktop.restoreBackup.handler(async ({ input: { name } }) => {
      await refuseWhereInUse(ports);
      const place = await ports.tools.restoration.prepare(name);
      // Something may have begun to train while the backup was looked at.
      await refuseWhereInUse(ports);
      await replaceDatabase(ports, async () => restoredText(await place()));
      return null;
    }),
    salvage: pageProcedure.desktop.salvage.handler(async () => {
      await refuseWhereInUse(ports);
      await replaceDatabase(ports, async () => salvagedText(await ports.tools.restoration.salvage()));
      return null;
    }),
  };
}

/** Throws 'conflict' where a run would be interrupted, or another program has the home. */
async function refuseWhereInUse({ lab }: DesktopPorts): Promise<void> {
  const running = await lab.ask((client) => client.runs.list({ statuses: ['running'] }), 'reads');
  if (lab.ownership === 'elsewhere' || lab.ownership === 'lost') {
    throw new AppError(
      'conflict',
      'This home is on another machine: its database is replaced there, with `lab backups restore`.',
    );
  }
  if (lab.ownership === 'client') {
    const state = '`lab` has this home open, so its database cannot be replaced';
    throw new AppError('conflict', `${state}: wait until it ends, or end it with Ctrl-C, then try again.`);
  }
  const [run] = running;
  // What a home that is only shown calls running trains in no program that could be asked.
  if (run === undefined || lab.ownership !== 'owner') return;
  throw new AppError('conflict', `Run ${run.id} trains: pause or stop it, then try again.`);
}

/** What goes wrong once the home is closed is told as the first notice of the page, as what was done is. */
async function replaceDatabase(ports: DesktopPorts, work: () => Promise<string>): Promise<void> {
  try {
    renewPage(ports, await ports.lab.reopen('The database of the home is replaced.', work));
  } catch (error) {
    console.error(error);
    renewPage(ports, messageOf(error));
  }
}
