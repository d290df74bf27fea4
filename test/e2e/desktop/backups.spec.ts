import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import type { ElectronApplication } from '@playwright/test';
import Database from 'better-sqlite3';
import { makeBackup } from '../../../src-main/sqlite/home-backup.ts';
import { seedHome } from '../../support/seeded-home.ts';
import { CHECKOUT, expect, openApp, test } from './app-fixture.ts';

const CONTENT = { runs: 12, epochs: 2, studies: 1, samples: 2 };
const MADE_AT = Date.UTC(2026, 10, 30, 2, 15);

/** A home with a backup, and one more run since then. */
function seedWithBackup(home: string): void {
  seedHome(home, CONTENT);
  makeBackup(home, 'asked', MADE_AT);
}

/** An app that begins ours, and leaves the answers to its dialogs to the test. */
function appThatAsks(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const main = pathToFileURL(join(CHECKOUT, 'dist-main', 'main.js')).href;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'asks', type: 'module', main: 'main.mjs' }));
  writeFileSync(
    join(folder, 'main.mjs'),
    `import electron from 'electron';
     electron.dialog.showMessageBox = (_window, options) =>
       new Promise((resolve) => {
         globalThis.asked = { options, press: (label) => resolve({ response: options.buttons.indexOf(label) }) };
       });
     await import(${JSON.stringify(main)});`,
  );
  return folder;
}

test('of a damaged database the rest is shown, and a button leads to its backup, which is restored', async ({
  home,
}, info) => {
  seedWithBackup(home);
  mkdirSync(join(home, 'runs', 'of-later', 'checkpoints'), { recursive: true });
  const database = new Database(join(home, 'lab.sqlite'));
  database.exec('UPDATE epochs SET train_loss = 7 WHERE run_id = 1');
  database.close();
  const { app, page } = await openApp({ home });
  await expect(page.getByRole('alert').filter({ hasText: 'Damaged.' })).toBeVisible();
  await expect(page.getByText('damaged home')).toBeVisible();
  await page.getByRole('button', { name: /^Restore the backup of 2026-11-30/ }).click();
  const section = page.getByRole('region', { name: 'Backups' });
  await expect(section.getByRole('heading')).toBeFocused();
  await expect(section).toContainText(/is damaged \(run \S+ is not as stored\)/);
  await expect(section).toContainText('made when asked for, 12 runs');
  await section.getByRole('button', { name: /^Verify the backup/ }).click();
  await expect(section).toContainText('verified just now');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await page.screenshot({ path: info.outputPath(`damaged-${colorScheme}.png`) });
  }
  await section.getByRole('button', { name: /^Restore the backup/ }).click();
  await expect(page.getByRole('alertdialog')).toContainText('It has all runs and results of now');
  await page.screenshot({ path: info.outputPath('confirm.png') });
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('Restored the backup of 2026-11-30 02:15 UTC.')).toBeVisible();
  await expect(page.getByText('Damaged.')).toHaveCount(0);
  expect(readdirSync(join(home, 'replaced'))).toHaveLength(1);
  await page.getByRole('button', { name: 'Make a backup now' }).click();
  await expect(section.getByRole('listitem')).toHaveCount(2);
  await expect(section).toContainText(
    /1 folder in \S+ belongs to a run that the database does not have \(of-later; 0\.0 MB\)/,
  );
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: info.outputPath(`folders-${colorScheme}.png`) });
  }
  await app.close();
});

interface Asked {
  readonly options: { readonly detail: string; readonly buttons: string[] };
  press(label: string): void;
}

/** What the app asks at its start, as soon as it does. */
async function asked(app: ElectronApplication): Promise<Asked['options']> {
  const found = () => app.evaluate(() => (globalThis as { asked?: Asked }).asked?.options ?? null);
  await expect.poll(found).not.toBeNull();
  const options = await found();
  if (options === null) throw new Error('The question is gone.');
  return options;
}

async function press(app: ElectronApplication, label: string): Promise<void> {
  await app.evaluate((_electron, button) => (globalThis as { asked?: Asked }).asked?.press(button), label);
}

test('at a start with a cut database, a dialog offers the newest backup and restores it', async ({ home }, info) => {
  seedWithBackup(home);
  const path = join(home, 'lab.sqlite');
  truncateSync(path, statSync(path).size / 16);
  const { app, page } = await openApp({ home, folder: appThatAsks(info.outputPath('app')) });
  const { buttons, detail } = await asked(app);
  expect(buttons).toEqual(['Restore the backup of 2026-11-30 02:15 UTC', 'Open another home …', 'Quit']);
  expect(detail).toMatch(
    /lab\.sqlite is damaged \(.*\): restore the backup of 2026-11-30 02:15 UTC with the button below, or/,
  );
  await press(app, buttons[0]);
  await expect(page.getByText('Restored the backup of 2026-11-30 02:15 UTC.')).toBeVisible();
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await app.close();
});

/** A database that another program made. */
function foreign(path: string): void {
  const database = new Database(path);
  database.exec('CREATE TABLE bookmarks (url TEXT)');
  database.close();
}

/** A database of this program that a later version has changed. */
function newer(path: string): void {
  seedHome(dirname(path), CONTENT);
  const database = new Database(path);
  database.pragma('user_version = 9999');
  database.close();
}

for (const { what, make, says } of [
  {
    what: 'another program',
    make: foreign,
    says: /belongs to another program: choose another folder with “Open another home …” below; nothing was changed\.$/,
  },
  {
    what: 'a newer version',
    make: newer,
    says: /has schema 9999, .*: use a newer FreezeOut Lab, or choose another folder with “Open another home …” below;/,
  },
  {
    what: 'nobody, since it is empty',
    make: (path: string) => writeFileSync(path, ''),
    says: /is empty: put a copy of yours in its place, since its home has no backup; nothing was changed\.$/,
  },
]) {
  test(`at a start with a database of ${what}, a dialog says so, and Quit leaves it as it was`, async ({
    home,
  }, info) => {
    const path = join(home, 'lab.sqlite');
    make(path);
    const before = readFileSync(path);
    const { app } = await openApp({ home, folder: appThatAsks(info.outputPath('app')) });
    const { buttons, detail } = await asked(app);
    expect(detail).toMatch(says);
    expect(buttons).toEqual(['Open another home …', 'Quit']);
    const ended = app.waitForEvent('close');
    await press(app, 'Quit');
    await ended;
    expect(readFileSync(path).equals(before)).toBe(true);
  });
}
