import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
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

/** An app that begins ours, and presses the first button of each dialog. */
function appThatAnswers(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const main = pathToFileURL(join(CHECKOUT, 'dist-main', 'main.js')).href;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'answers', type: 'module', main: 'main.mjs' }));
  writeFileSync(
    join(folder, 'main.mjs'),
    `import electron from 'electron';
     electron.dialog.showMessageBox = async (_window, options) => {
       globalThis.asked = options;
       return { response: 0 };
     };
     await import(${JSON.stringify(main)});`,
  );
  return folder;
}

test('of a damaged database the rest is shown, and a button leads to its backup, which is restored', async ({
  home,
}, info) => {
  seedWithBackup(home);
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
  await app.close();
});

test('at a start with a cut database, a dialog offers the newest backup and restores it', async ({ home }, info) => {
  seedWithBackup(home);
  const path = join(home, 'lab.sqlite');
  truncateSync(path, statSync(path).size / 16);
  const { app, page } = await openApp({ home, folder: appThatAnswers(info.outputPath('app')) });
  await expect(page.getByText('Restored the backup of 2026-11-30 02:15 UTC.')).toBeVisible();
  const asked = await app.evaluate(() => (globalThis as { asked?: { detail: string; buttons: string[] } }).asked);
  expect(asked?.buttons).toEqual(['Restore the backup of 2026-11-30 02:15 UTC', 'Open another home …', 'Quit']);
  expect(asked?.detail).toMatch(/lab\.sqlite is damaged \(.*\): restore the backup of 2026-11-30 02:15 UTC/);
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await app.close();
});
