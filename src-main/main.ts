import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { app, dialog } from 'electron';
import { BackOff } from '#core/back-off.ts';
import { type HomeElsewhere, homeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { messageOf } from '#core/errors.ts';
import { desktopTools } from './desktop-tools.ts';
import { logErrors } from './electron/app-log.ts';
import { DesktopApp } from './electron/desktop-app.ts';
import { HandedOver, handedTo } from './electron/handed.ts';
import { LabConnection } from './electron/lab-connection.ts';
import { registerPageScheme, servePage } from './electron/page-protocol.ts';
import { secureApp } from './electron/security.ts';
import { START_ERROR } from './electron/start-dialog.ts';
import { utilityProcesses } from './electron/utility-processes.ts';
import { openHost } from './host.ts';
import { makeHome } from './made-home.ts';
import { homeFolder, ownHomeFolder } from './setup/home.mjs';
import { obstacleToWriting } from './sqlite/home-copy.ts';
import type { TrainingEnvironment } from './trainer-host/trainer-environment.ts';
import { createUtilityProcessHost } from './trainer-host/utility-process.ts';

const { values } = parseArgs({
  args: process.argv.slice(1),
  options: { home: { type: 'string' } },
  strict: false,
  allowPositionals: true,
});
const here = fileURLToPath(new URL('.', import.meta.url));

// Chromium's sandbox does not work for root. A launcher in a container passes this switch, and then no process may turn
// the sandbox on.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerPageScheme();
const handedOver = new HandedOver();
const place = appPlace();
// A top-level `await app.whenReady()` never returns in an ES module.
if (place instanceof Error) void app.whenReady().then(() => refuse(place));
else if (isOnlyApp(place.userData)) void app.whenReady().then(() => start(place));
else app.quit();

interface AppPlace {
  readonly home: string;
  /** Where the home is, if it is on another machine. */
  readonly elsewhere: HomeElsewhere | null;
  /** The app's own data. */
  readonly userData: string;
}

/** Where the app works, or why it cannot. */
function appPlace(): AppPlace | Error {
  try {
    const option = typeof values.home === 'string' ? values.home : undefined;
    const home = homeFolder(option, { folder: process.cwd(), environment: process.env });
    const elsewhere = homeElsewhere(home);
    if (elsewhere !== null) return { home, elsewhere, userData: appFolderFor(elsewhere) };
    makeHome(home);
    return { home, elsewhere, userData: appFolder(home) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The app's data lie inside the home, so that each home has one app, and elsewhere only while it shows a home that cannot be written. */
function appFolder(home: string): string {
  const folder = join(home, 'app');
  try {
    if (obstacleToWriting(home) === null) {
      makeHome(folder);
      return folder;
    }
  } catch (error) {
    // A full disk: the home is shown all the same.
    console.error(messageOf(error));
  }
  const temporary = mkdtempSync(join(tmpdir(), 'freezeout-lab-app-'));
  app.on('quit', () => rmSync(temporary, { recursive: true, force: true }));
  return temporary;
}

/** What the app keeps here for a home on another machine, in the home that this user has here. */
function appFolderFor({ address }: HomeElsewhere): string {
  const name = createHash('sha256').update(address).digest('hex').slice(0, 16);
  const folder = join(ownHomeFolder({ folder: process.cwd(), environment: process.env }), 'elsewhere', name);
  makeHome(folder);
  return folder;
}

/** Whether no other app has this home. */
function isOnlyApp(userData: string): boolean {
  app.setPath('userData', userData);
  logErrors(join(userData, 'app.log'), () => app.quit());
  return app.requestSingleInstanceLock();
}

function refuse(error: unknown): void {
  console.error(messageOf(error));
  dialog.showErrorBox(START_ERROR, messageOf(error));
  app.exit(1);
}

/** For what is asked over a network. */
const longerAndLonger = () => {
  const backOff = new BackOff();
  return () => backOff.next(Math.random());
};

const createTrainers = (environment: TrainingEnvironment) => createUtilityProcessHost(utilityProcesses, environment);

async function start({ home, elsewhere, userData }: AppPlace): Promise<void> {
  secureApp();
  await servePage(join(here, '..', 'dist-page'));
  const open = () => openHost({ home, serve: true, trainWhatIsQueued: true, createTrainers });
  const lab = new LabConnection(open, elsewhere === null ? {} : { pauses: longerAndLonger, isElsewhere: true });
  const asked = { handed: handedTo(process.argv.slice(1), process.cwd()), handedOver };
  const preload = join(here, '..', 'dist-preload', 'preload.cjs');
  const desktop = new DesktopApp({
    lab,
    home,
    elsewhere,
    folder: userData,
    preload,
    tools: desktopTools(home),
    ...asked,
  });
  desktop.open();
  try {
    if (!(await desktop.start())) app.exit(1);
  } catch (error) {
    refuse(error);
  }
}
