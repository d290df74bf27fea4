import type { Page } from '@playwright/test';
import type { OwnerConnection } from '../../../src-main/socket/client.ts';
import { utilityTrainersOf } from '../../support/processes.ts';
import { expect, test } from './app-fixture.ts';
import { ownerOf } from './owner-client.ts';

const SPEC = {
  dataset: { kind: 'synthetic', classes: 4, height: 8, width: 8, train: 200, test: 40 },
  train: 160,
  validation: 40,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  epochs: 4000,
  batchSize: 8,
  logEverySteps: 5,
} as const;

/** Starts a run through the socket that the app serves, and opens its page. */
async function watch(
  home: string,
  page: Page,
): Promise<{ readonly run: string; readonly connection: OwnerConnection }> {
  const connection = await ownerOf(home);
  const { runId: run } = await connection.client.runs.start({ spec: SPEC as never });
  await page.evaluate(`window.location.hash = '#/runs/${run}'`);
  return { run, connection };
}

/** The number that stands under a name in the header: "epoch", "3 of 4 000". */
async function reached(page: Page, name: string): Promise<number> {
  const text = await page
    .getByRole('region', { name: 'Progress' })
    .getByRole('definition')
    .nth(NAMES.indexOf(name))
    .textContent();
  return Number.parseInt((text ?? '').replaceAll(/\s/g, ''), 10);
}
const NAMES = ['epoch', 'step'];
/** A trainer loads TensorFlow first, which takes a busy machine a while. */
const STARTED = { timeout: 30_000 };

test('a run is watched while it trains, paused, resumed and stopped, then deleted and taken back', async ({
  home,
  lab: { page },
}) => {
  const { run, connection } = await watch(home, page);
  const main = page.getByRole('main');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('cubic scaled 0.5, seed 1');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('running', STARTED);

  await expect.poll(() => reached(page, 'epoch'), STARTED).toBeGreaterThan(2);
  const step = await reached(page, 'step');
  await expect.poll(() => reached(page, 'step'), STARTED).toBeGreaterThan(step);
  await expect(page.getByRole('region', { name: 'Progress' })).toContainText(/time left\s*(\d|less)/);
  await page.getByRole('tab', { name: 'Layers' }).click();
  await expect(page.getByRole('region', { name: 'Layers' }).getByRole('row').nth(1)).toContainText(/training\s*0\.\d+/);

  await main.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByLabel('State of the run')).toContainText('It is paused. Paused by the user.');
  expect((await connection.client.runs.show({ run })).status).toBe('paused');
  await main.getByRole('button', { name: 'Resume' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('running', STARTED);
  await main.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByLabel('State of the run')).toContainText('It was stopped.');

  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('region', { name: 'Events' })).toContainText('Paused: Paused by the user.');
  await expect(page.getByRole('region', { name: 'Events' })).toContainText('Resumed');

  await main.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByLabel('State of the run')).toContainText('In the trash.');
  expect((await connection.client.runs.show({ run })).deleted).toBe(true);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByLabel('State of the run')).toContainText('It was stopped.');
  expect((await connection.client.runs.show({ run })).deleted).toBe(false);
  connection.close();
});

test('a trainer that is killed while one watches is told of, and a new one goes on by itself', async ({
  home,
  lab: { app, page },
}) => {
  const { run, connection } = await watch(home, page);
  await expect.poll(() => reached(page, 'epoch'), STARTED).toBeGreaterThan(2);
  await page.getByRole('tab', { name: 'History' }).click();
  const [trainer = 0] = utilityTrainersOf(app.process().pid);
  process.kill(trainer, 'SIGKILL');
  const events = page.getByRole('region', { name: 'Events' });
  await expect(events).toContainText('Interrupted: The trainer was ended by SIGKILL.');
  await expect(events).toContainText('Resumed: A new trainer goes on by itself, for the first time');
  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(notices).toContainText(
    'goes on from its last checkpoint in a new process. The trainer was ended by SIGKILL.',
  );
  const doing = page.getByRole('region', { name: 'What it is doing' });
  await expect(doing.getByRole('link')).toHaveText(/^Starting .*, seed 1: [a-z]/);
  await expect(doing.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await expect(events).toContainText('Resumed: Goes on with step', STARTED);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('running');
  await expect(doing).toBeEmpty();
  await expect(page.getByLabel('State of the run')).toHaveCount(0);
  const { epoch } = await connection.client.runs.show({ run });
  await expect.poll(() => reached(page, 'epoch'), STARTED).toBeGreaterThan(epoch);

  // The log of both trainers follows until one scrolls up, and again when one asks for it.
  await notices.getByRole('button', { name: 'Log' }).click();
  await expect(page.getByRole('tab', { name: 'Log' })).toHaveAttribute('aria-selected', 'true');
  const log = page.getByRole('log');
  await expect(log).toContainText('loading TensorFlow');
  await expect(log).toContainText(/epoch \d+: training loss/);
  const below = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  await expect.poll(below, STARTED).toBeLessThan(24);
  await expect.poll(() => log.evaluate((box) => box.scrollHeight - box.clientHeight), STARTED).toBeGreaterThan(100);
  await log.focus();
  await page.keyboard.press('Home');
  await expect.poll(below).toBeGreaterThan(24);
  await page.getByRole('button', { name: 'Go to the end' }).click();
  await expect.poll(below).toBeLessThan(24);
  const height = () => log.evaluate((box) => box.scrollHeight);
  const before = await height();
  await expect.poll(height, STARTED).toBeGreaterThan(before);
  await expect.poll(below).toBeLessThan(24);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(notices).toContainText('The log is on the clipboard');

  // What was said is on a list that outlives the page.
  await page.reload();
  const bell = page.getByRole('button', { name: 'Notices', exact: true });
  await bell.click();
  const list = page.getByRole('complementary', { name: 'Notices' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await expect(list.getByRole('listitem').last()).toContainText('ended by SIGKILL');
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await list.getByRole('link', { name: 'Log' }).last().click();
  await expect(page.getByRole('log')).toBeVisible();
  await page.keyboard.press('Escape');

  // What it took of the machine, with a small curve of each.
  await page.getByRole('tab', { name: 'Machine' }).click();
  await expect(page.getByRole('region', { name: 'The machine' })).toContainText(/memory of the trainer\s*[\d.]+ GB/);
  await expect(page.getByRole('heading', { name: 'Memory of the trainer' })).toBeVisible();
  connection.close();
});
