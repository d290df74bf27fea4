import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { app, dialog } from 'electron';
import { messageOf } from '#core/errors.ts';
import { desktopTools } from './desktop-tools.ts';
import { logErrors } from './electron/app-log.ts';
import { DesktopApp } from './electron/desktop-app.ts';
import { LabConnection } from './electron/lab-connection.ts';
import { registerPageScheme, servePage } from './electron/page-protocol.ts';
import { secureApp } from './electron/security.ts';
import { utilityProcesses } from './electron/utility-processes.ts';
import { openHost } from './host.ts';
import { homeFolder } from './setup/home.mjs';
import { makeFolders } from './setup/make-folders.mjs';
import { obstacleToWriting } from './sqlite/home-copy.ts';
import type { TrainingEnvironment } from './trainer-host/trainer-environment.ts';
import { createUtilityProcessHost } from './trainer-host/utility-process.ts';

const { values } = parseArgs({
  args: process.argv.slice(1),
  options: { home: { type: 'string' } },
  strict: false,
  allowPositionals: true,
});
const option = typeof values.home === 'string' ? values.home : undefined;
const home = homeFolder(option, { folder: process.cwd(), environment: process.env });
const here = fileURLToPath(new URL('.', import.meta.url));

// Chromium's sandbox does not work for root. A launcher in a container passes this switch, and then no process may turn
// the sandbox on.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerPageScheme();
const userData = appFolder();
app.setPath('userData', userData);
logErrors(join(userData, 'app.log'), () => app.quit());

// A top-level `await app.whenReady()` never returns in an ES module.
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

/** The app's data lie inside the home, so that each home has one app, and elsewhere only while it shows a home that cannot be written. */
function appFolder(): string {
  if (obstacleToWriting(home) !== null) {
    const temporary = mkdtempSync(join(tmpdir(), 'freezeout-lab-app-'));
    app.on('quit', () => rmSync(temporary, { recursive: true, force: true }));
    return temporary;
  }
  const folder = join(home, 'app');
  makeFolders(folder, 0o700);
  return folder;
}

const createTrainers = (environment: TrainingEnvironment) => createUtilityProcessHost(utilityProcesses, environment);

async function start(): Promise<void> {
  secureApp();
  await servePage(join(here, '..', 'dist-page'));
  const lab = new LabConnection(() => openHost({ home, serve: true, trainWhatIsQueued: true, createTrainers }));
  const preload = join(here, '..', 'dist-preload', 'preload.cjs');
  const desktop = new DesktopApp({ lab, home, folder: userData, preload, tools: desktopTools(home) });
  desktop.open();
  try {
    await lab.start();
    desktop.follow();
  } catch (error) {
    console.error(messageOf(error));
    dialog.showErrorBox('The home of FreezeOut Lab cannot be opened.', messageOf(error));
    app.exit(1);
  }
}
