import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app } from 'electron';
import { registerPageScheme, servePage } from './electron/page-protocol.ts';
import { createPageRouter } from './electron/page-router.ts';
import { serveToPages } from './electron/page-server.ts';
import { openWindow } from './electron/window.ts';
import { openHost } from './host.ts';

// Chromium has no sandbox for root: a launcher in a container gives this switch, and each process needs it then.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerPageScheme();
const here = fileURLToPath(new URL('.', import.meta.url));

// A top-level `await app.whenReady()` never returns in an ES module.
void app.whenReady().then(start);

async function start(): Promise<void> {
  await servePage(join(here, '..', 'dist-page'));
  const home = process.env.FREEZEOUT_LAB_HOME ?? join(app.getPath('userData'), 'home');
  const host = await openHost({ home, serve: true });
  serveToPages(createPageRouter(() => host.client));
  openWindow(join(here, '..', 'dist-preload', 'preload.cjs'));
}
