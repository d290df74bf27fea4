import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { writeSafetensors } from '../../../src-main/checkpoints/safetensors.ts';
import { presetStudy } from '../../../src-main/core/presets/presets.ts';
import { electron } from '../../../src-main/setup/installed.mjs';
import { tinyImageFiles, writeTree } from '../../datasets/image-files.ts';
import { CHECKOUT, expect, openApp, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { drag, drop } from './drops.ts';
import { runCommand } from './palette.ts';
import { TRAINED_RUNS } from './trained-home.ts';

const EVENTS = fileURLToPath(new URL('../../fixtures/trained-study.ndjson', import.meta.url));

const notices = (page: Page) => page.getByRole('region', { name: 'Notices' });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Add a data set' });

async function isOpen(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

function specFile(home: string): string {
  const path = join(home, 'my spec.txt');
  writeFileSync(path, JSON.stringify({ ...presetStudy('quick'), name: 'from a file' }, null, 2));
  return path;
}

test('says what a drop will do, and opens a folder as the data set that it is, named and ready to add', async ({
  home,
  lab: { page },
}) => {
  await isOpen(page);
  const folder = join(home, 'my pets');
  await writeTree(folder, tinyImageFiles());
  const dragged = await drag(page, [folder]);
  await expect(page.getByRole('status').filter({ hasText: 'Drop it to open it' })).toBeVisible();
  await dragged.again();
  expect(await violations(page)).toEqual([]);
  await dragged.drop();
  await expect(panel(page).getByRole('combobox', { name: 'Kind' })).toHaveValue('image-folder');
  await expect(panel(page).getByRole('textbox', { name: 'Name' })).toHaveValue('my-pets');
  await expect(page.getByRole('status').filter({ hasText: 'Drop it to open it' })).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  await panel(page).getByRole('textbox', { name: 'Size' }).fill('6');
  await panel(page).getByRole('button', { name: 'Add the data set' }).click();
  await expect(page.getByRole('complementary', { name: 'my-pets' })).toBeVisible();
});

test('fills the form that is open already, and sees another kind by content', async ({ home, lab: { page } }) => {
  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  await page.getByRole('button', { name: 'Add a data set' }).click();
  const folder = join(home, 'digits');
  mkdirSync(folder);
  for (const part of ['train', 't10k']) writeFileSync(join(folder, `${part}-images-idx3-ubyte`), '');
  await drop(page, folder);
  await expect(panel(page).getByRole('combobox', { name: 'Kind' })).toHaveValue('idx');
  await expect(panel(page).getByRole('textbox', { name: 'Name' })).toHaveValue('digits');
});

test('imports event lines, adds weights, and fills the form of a study', async ({ home, lab: { page } }) => {
  await isOpen(page);
  await drop(page, EVENTS);
  await expect(page.getByRole('grid', { name: 'Runs' }).locator('tbody').getByRole('row')).toHaveCount(
    TRAINED_RUNS.length,
  );

  const weights = join(home, 'mine.bin');
  await writeSafetensors(weights, {
    tensors: new Map([['a', { shape: [2], values: new Float32Array(2) }]]),
    metadata: {},
  });
  await drop(page, weights);
  await expect(page.getByRole('region', { name: 'Weights' })).toContainText('mine.bin');

  await drop(page, specFile(home));
  await expect(page.getByRole('heading', { name: 'New study' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('from a file');
  await expect(notices(page)).toContainText('The form is filled with my spec.txt.');
});

test('says in one sentence what cannot be opened, and names no folder', async ({ home, lab: { page } }) => {
  await isOpen(page);
  const [notes, empty, both] = [join(home, 'notes.txt'), join(home, 'empty'), join(home, 'copy.ndjson')];
  writeFileSync(notes, 'Dear diary');
  mkdirSync(empty);
  copyFileSync(EVENTS, both);
  for (const [files, sentence] of [
    [[notes], 'notes.txt is nothing that this app opens'],
    [[empty], 'empty holds no data set that this app knows'],
    [[both, notes], 'These are 2 files: give one at a time'],
  ] as const) {
    await drop(page, ...files);
    await expect(notices(page)).toContainText(sentence);
  }
  expect(await notices(page).textContent()).not.toContain(home);
});

test('a page can hand over no file of its own: neither by a drop, nor by a message, nor by a made-up token', async ({
  lab: { app, page },
}) => {
  await isOpen(page);
  await app.evaluate(({ ipcMain }) => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heardDrops: heard });
    ipcMain.on('freezeout-lab:dropped', (_event, paths) => heard.push(paths));
  });
  await page.evaluate(`{
    const data = new DataTransfer();
    const file = new File(['x'], '/etc/passwd');
    Object.defineProperty(file, 'path', { value: '/etc/passwd' });
    data.items.add(file);
    for (const target of [window, document.body]) {
      const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      try { Object.defineProperty(event, 'isTrusted', { value: true }); } catch {}
      target.dispatchEvent(event);
    }
    window.postMessage('freezeout-lab:dropped', '*');
    window.postMessage(['/etc/passwd'], '*');
  }`);
  const real = fileURLToPath(new URL('../../../package.json', import.meta.url));
  await drop(page, real);
  await expect(notices(page)).toContainText('package.json is JSON, but no spec');
  const heard = await app.evaluate(() => (globalThis as { heardDrops?: unknown[] }).heardDrops);
  expect(heard).toEqual([[real]]);
});

test('opens what the app is started on, and what a second start brings to the one that runs', async ({ home }) => {
  const { app, page } = await openApp({ home, args: [specFile(home)] });
  try {
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('from a file');
    await secondStart(home, EVENTS);
    await expect(page.getByRole('grid', { name: 'Runs' }).locator('tbody').getByRole('row')).toHaveCount(
      TRAINED_RUNS.length,
    );
    await secondStart(home, `freezeout-lab://runs/${TRAINED_RUNS[0]}?tab=log`);
    await expect.poll(() => page.evaluate('location.hash')).toBe(`#/runs/${TRAINED_RUNS[0]}?tab=log`);
    await runCommand(page, 'Copy the link');
    await expect
      .poll(() => app.evaluate(({ clipboard }) => clipboard.readText()))
      .toBe(`freezeout-lab://runs/${TRAINED_RUNS[0]}?tab=log`);
    await app.evaluate(
      ({ app: running }, path) => {
        running.emit('open-file', { preventDefault: () => undefined }, path);
      },
      join(home, 'gone.ndjson'),
    );
    await expect(notices(page)).toContainText('gone.ndjson');
  } finally {
    await app.close();
  }
});

/** Starts the app again on the same home, as a file manager does; it hands over what it was given, and ends. */
async function secondStart(home: string, handed: string): Promise<void> {
  const installed = electron();
  if (installed === null) throw new Error('There is no Electron.');
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), CHECKOUT, handed];
  const child = spawn(installed.path, args, { env: { ...process.env, FREEZEOUT_LAB_HOME: home }, stdio: 'ignore' });
  await once(child, 'exit');
}
