import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, openApp, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { openForm } from './form-page.ts';
import { lab } from './lab-beside-app.ts';
import { importTrainedStudy, TRAINED_RUNS, TRAINED_STUDY } from './trained-home.ts';

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freezeout-machines-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An environment in whose PATH `ssh` runs commands on this machine, for every host but `nowhere`. */
function withSsh(): Readonly<Record<string, string>> {
  const user = join(folder, 'user');
  mkdirSync(user);
  const lines = [
    '#!/bin/sh',
    'while [ "$1" != "--" ]; do shift; done',
    'shift; host=$1; shift',
    'if [ "$host" = nowhere ]; then echo "ssh: Could not resolve hostname nowhere" >&2; exit 255; fi',
    `export HOME='${user}'`,
    'exec /bin/sh -c "$*"',
    '',
  ];
  writeFileSync(join(folder, 'ssh'), lines.join('\n'), { mode: 0o755 });
  return { PATH: `${folder}${delimiter}${process.env.PATH}` };
}

test('a new study says where it is to train, for who has another machine', async ({ home }) => {
  writeFileSync(
    join(home, 'machines.json'),
    JSON.stringify({ machines: [{ name: 'gpubox', ssh: 'gpubox', root: '~/.freezeout-lab' }] }),
  );
  const { app, page } = await openApp({ home, environment: withSsh() });
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Check gpubox' }).click();
  await expect(page.getByRole('list', { name: 'What was found on gpubox' })).toBeVisible({ timeout: 60_000 });
  await openForm(page);
  const where = page.getByRole('combobox', { name: 'Where' });
  await expect(where).toHaveValue('');
  await where.selectOption('gpubox');
  await expect(where.locator('option:checked')).toHaveText(/^gpubox +● \d+ things? missing$/);
  await expect(page.getByText('It lacks something: see Settings, Other machines.')).toBeVisible();
  await page.screenshot({ path: join(test.info().outputDir, 'where.png') });
  expect(await violations(page)).toEqual([]);

  // Not set up: that is said, and nothing is queued here instead.
  await page.getByRole('button', { name: 'Start the study' }).click();
  await expect(page.getByText('Failed: gpubox')).toBeVisible();
  await page.getByRole('link', { name: 'Queue' }).click();
  await expect(page.getByText('Nothing trains or waits')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await app.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`presets, new seeds, missing runs and searches say where they are to train too, in ${colorScheme}`, async ({
    home,
  }) => {
    importTrainedStudy(home);
    await lab(home, ['runs', 'delete', TRAINED_RUNS[0]]);
    const machines = [{ name: 'gpubox', ssh: 'nowhere', root: '~/.freezeout-lab' }];
    writeFileSync(join(home, 'machines.json'), JSON.stringify({ machines }));
    const { app, page } = await openApp({ home, environment: withSsh() });
    await page.emulateMedia({ colorScheme });
    const chooseIn = async (title: string) => {
      const panel = page.getByRole('complementary', { name: title });
      await panel.getByRole('combobox', { name: 'Where' }).selectOption('gpubox');
      await expect(panel.getByText('It trains there, also when this window is closed.')).toBeVisible();
      await page.screenshot({ path: join(test.info().outputDir, `${title}.png`) });
      expect(await violations(page)).toEqual([]);
      return panel;
    };
    await page.getByRole('button', { name: 'Presets' }).click();
    await chooseIn('Presets');
    await page.getByRole('link', { name: TRAINED_STUDY.name, exact: true }).first().click();
    await page.getByRole('button', { name: 'Add seeds' }).click();
    const seeds = await chooseIn('Add seeds');
    await seeds.getByRole('button', { name: 'Add and train' }).click();
    // Nobody reaches it: that is said, and nothing is queued here instead.
    const refusal = page.getByText('Could not resolve hostname nowhere');
    await expect(refusal).toBeVisible();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(refusal).toHaveCount(0);
    await page.getByRole('button', { name: 'Train what is missing' }).click();
    const missing = await chooseIn('Train what is missing');
    await expect(missing).toContainText('1 run: those that are missing, and those that can go on.');
    await missing.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(refusal).toBeVisible();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Find how much to freeze …' }).click();
    await chooseIn('Find how much to freeze');
    await app.close();
  });

  test(`other machines are added, looked at and removed, in ${colorScheme}`, async ({ home }) => {
    const { app, page } = await openApp({ home, environment: withSsh() });
    await page.emulateMedia({ colorScheme });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Add a machine …' }).click();
    const form = page.getByRole('complementary', { name: 'Add a machine' });
    await form.getByRole('textbox', { name: 'Host' }).fill('-oProxyCommand=sh');
    await expect(form.getByRole('alert')).toHaveText('It must be a host as ssh takes it.');
    await form.getByRole('textbox', { name: 'Host' }).fill('me@nowhere');
    await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue('nowhere');
    await form.getByRole('textbox', { name: 'Host' }).fill('gpubox');
    expect(await violations(page)).toEqual([]);

    // The user says no, then yes, outside of the page.
    const answer = (response: number) =>
      app.evaluate(({ dialog }, given) => {
        dialog.showMessageBox = async () => ({ response: given, checkboxChecked: false });
      }, response);
    await answer(1);
    await form.getByRole('button', { name: 'Add …' }).click();
    await expect(form).toBeVisible();
    await answer(0);
    await form.getByRole('button', { name: 'Add …' }).click();
    await expect(form).toBeHidden();
    expect(JSON.parse(readFileSync(join(home, 'machines.json'), 'utf8')).machines).toMatchObject([
      { name: 'gpubox', ssh: 'gpubox', root: '~/.freezeout-lab' },
    ]);

    // It is looked at as soon as it is there.
    const found = page.getByRole('list', { name: 'What was found on gpubox' });
    await expect(found).toContainText('set-up: not done for this version; “Set up” under Settings, Other machines', {
      timeout: 60_000,
    });
    await expect(page.getByText(/^● \d+ things? missing$/)).toBeVisible();
    await found.scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(test.info().outputDir, `machines-${colorScheme}.png`) });
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Remove gpubox' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByText('gpubox', { exact: true })).toBeHidden();
    await app.close();
  });
}
