import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, test as base, type ElectronApplication, errors, type Page } from '@playwright/test';
import { electron } from '../../../src-main/setup/installed.mjs';

export const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

export interface OpenedApp {
  readonly app: ElectronApplication;
  readonly page: Page;
}

export interface AppOptions {
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the app is started on besides: files, a link. */
  readonly args?: readonly string[];
  /** The folder of another app to start, which begins ours once it has answered the dialogs of its start. */
  readonly folder?: string;
  /** The program to start in place of Electron, which starts Electron. */
  readonly wrap?: (electron: string) => string;
}

/** Starts the built app on a home. Containers run as root, for whom Chromium has no sandbox: only here is it switched off. */
export async function openApp({
  home,
  environment = {},
  args = [],
  folder = CHECKOUT,
  wrap = (electron) => electron,
}: AppOptions): Promise<OpenedApp> {
  const installed = electron();
  if (installed === null) throw new Error('There is no Electron: run `node src-main/setup/setup.mjs --all`.');
  const app = await launch({
    executablePath: wrap(installed.path),
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), folder, ...args],
    env: { ...(process.env as Record<string, string>), FREEZEOUT_LAB_HOME: home, ...environment },
  });
  return { app, page: await app.firstWindow() };
}

/** Ten times what a start takes beside other work. */
const ATTACHED_MS = 40_000;

/**
 * Playwright holds an Electron that it installed itself back until it listens, and any other not: it sometimes attaches to the page in the midst of
 * its first navigation, misses that one's end, and waits for it for ever, while the app itself is there (2 or 3 of some 150 starts beside other work).
 * So what it gives up is started once more.
 */
export async function launch(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  try {
    return await _electron.launch({ ...options, timeout: ATTACHED_MS });
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    console.log('Playwright did not reach the app that it started, and starts it once more.');
    return _electron.launch(options);
  }
}

/** The app on a home of its own, for files whose tests share one app. */
export async function openTestApp(): Promise<OpenedApp & { readonly close: () => Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-e2e-'));
  const opened = await openApp({ home });
  return {
    ...opened,
    close: async () => {
      await opened.app.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

interface Fixtures {
  /** A home of the test's own, removed after it. */
  readonly home: string;
  /** The app on that home. */
  readonly lab: OpenedApp;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures off the pattern.
  home: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-e2e-'));
    await use(home);
    rmSync(home, { recursive: true, force: true });
  },
  lab: async ({ home }, use, info) => {
    const lab = await openApp({ home });
    const lines: string[] = [];
    lab.page.on('console', (message) => lines.push(message.text()));
    lab.page.on('pageerror', (error) => lines.push(String(error)));
    // Keys that are pressed before the page is there reach nobody.
    await lab.page.getByRole('main').waitFor();
    await use(lab);
    if (info.status !== info.expectedStatus) {
      await info.attach('page', { body: await lab.page.screenshot(), contentType: 'image/png' });
      await info.attach('console', { body: lines.join('\n'), contentType: 'text/plain' });
    }
    await lab.app.close();
  },
});

export { expect } from '@playwright/test';
