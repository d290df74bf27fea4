import { access } from 'node:fs/promises';
import { join } from 'node:path';
import electron from 'electron';
import { TRAINER_LOG_FILE } from '#core/block/attempt-files.ts';
import { type HomeElsewhere, homeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { copyPlainText } from './copied.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { chooseToOpen } from './file-dialogs.ts';
import { confirm } from './machine-procedures.ts';
import { pageProcedure } from './page-procedure.ts';

/** The only addresses that the app ever opens in the system's browser. */
const LINKS = {
  paper: 'https://arxiv.org/abs/1706.04983',
  'original-code': 'https://github.com/ajbrock/FreezeOut',
} as const;

/** The procedures that open something outside the window. */
export function placeProcedures(ports: DesktopPorts) {
  const folderOf = async (run: string) => {
    const { id } = await ports.lab.ask((client) => client.runs.show({ run }), 'reads');
    return ports.elsewhere === null ? join(ports.home, 'runs', id) : `${ports.elsewhere.path ?? ''}/runs/${id}`;
  };
  const open = (path: string, what: string) => {
    if (ports.elsewhere !== null) throw placeElsewhere(ports.elsewhere, path, what);
    return openPath(path, what);
  };
  return {
    showHome: pageProcedure.desktop.showHome.handler(() => open(ports.home, 'The home')),
    showRunFolder: pageProcedure.desktop.showRunFolder.handler(async ({ input }) =>
      open(await folderOf(input.run), "The run's folder"),
    ),
    copyRunFolder: pageProcedure.desktop.copyRunFolder.handler(async ({ input }) => {
      await copyPlainText(await folderOf(input.run));
      return null;
    }),
    showLog: pageProcedure.desktop.showLog.handler(async ({ input }) =>
      open(join(await folderOf(input.run), TRAINER_LOG_FILE), 'The log of this run'),
    ),
    openLink: pageProcedure.desktop.openLink.handler(async ({ input: { link } }) => {
      await electron.shell.openExternal(LINKS[link]);
      return null;
    }),
    changeHome: pageProcedure.desktop.changeHome.handler(async () => {
      await chooseHome(ports);
      return null;
    }),
    openHomeElsewhere: pageProcedure.desktop.openHomeElsewhere.handler(async ({ input: { address } }) => {
      const elsewhere = homeElsewhere(address);
      if (elsewhere === null)
        throw badRequest('A home on another machine is given as ssh://HOST/PATH, such as ssh://gpubox/~/lab.');
      const question = {
        message: `Open the home ${address}?`,
        detail: `The app begins anew with it, by “ssh ${elsewhere.host}”. What trains here is paused with a checkpoint.`,
        action: 'Open',
      };
      if (await confirm(ports.window(), question)) reopenWith(address);
      return null;
    }),
  };
}

/** Lets the user choose another home, with which the app begins anew; false where the dialog was closed. */
export async function chooseHome({ window }: Pick<DesktopPorts, 'window'>): Promise<boolean> {
  const title = 'Choose a home for studies and runs';
  const path = await chooseToOpen(window, { title, properties: ['openDirectory', 'createDirectory'] });
  if (path !== null) reopenWith(path);
  return path !== null;
}

/** The system's file manager shows this machine alone. */
function placeElsewhere({ host, address }: HomeElsewhere, path: string, what: string): AppError {
  const place = path === address ? address : `${path} on ${host}`;
  return new AppError('unavailable', `${what} is ${place}, and cannot be opened here.`);
}

async function openPath(path: string, what: string): Promise<null> {
  try {
    await access(path);
  } catch (error) {
    throw new AppError('not-found', `${what} does not exist yet: the first training creates it.`, { cause: error });
  }
  const failure = await electron.shell.openPath(path);
  if (failure !== '') throw new AppError('unavailable', `The system could not open it: ${failure}.`);
  return null;
}

/** Restarts the app with another home. Quitting pauses the training; the new app opens once this one has ended. */
function reopenWith(home: string): void {
  const { app } = electron;
  app.relaunch({ args: [...withoutHome(process.argv.slice(1)), '--home', home] });
  app.quit();
}

export function withoutHome(args: readonly string[]): string[] {
  return args.filter((arg, index) => arg !== '--home' && args[index - 1] !== '--home' && !arg.startsWith('--home='));
}
