import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { machineSchema } from '#core/machines/machine.ts';
import { posixWords } from '#core/machines/posix-shell.ts';
import { remoteLab } from '#core/machines/remote-layout.ts';
import { boxLauncher } from '../../../src-main/machines/box-launcher.ts';
import { localShell } from '../../../src-main/machines/spawned-shell.ts';
import { sourcesVersion } from '../../../src-main/setup/sources.mjs';
import { type SshServer, sshd, startSshd } from '../../support/sshd.ts';
import { CHECKOUT, expect, type OpenedApp, openApp, test } from './app-fixture.ts';
import { makeTiny, openForm } from './form-page.ts';

test.skip(sshd === null, 'left out: tests that need sshd');
// Two trainings on a machine that may be busy with much else.
test.setTimeout(1_200_000);
const PATIENCE = { timeout: 240_000 };

let folder: string;
let server: SshServer;
let opened: OpenedApp | null = null;
const root = () => join(folder, 'root');
const gate = () => join(folder, 'open');
const box = () => machineSchema.parse({ name: 'gpubox', ssh: 'gpubox', root: root() });

test.beforeEach(async () => {
  folder = mkdtempSync('/tmp/fo-');
  server = await startSshd();
  const lab = remoteLab(root(), sourcesVersion());
  mkdirSync(dirname(lab), { recursive: true });
  // What `machines set-up` leaves, without an installation of its own. Blocks wait for the test's word, and find what an attempt leaves that was
  // killed at once.
  const lines = [
    '#!/bin/sh',
    'if [ "$1" = work ]; then',
    '  : >>"$2/beat.1.json"',
    `  until [ -e ${gate()} ]; do sleep 0.1; done`,
    'fi',
    `exec ${posixWords([process.execPath, join(CHECKOUT, 'src-main', 'lab.ts')])} "$@"`,
    '',
  ];
  writeFileSync(lab, lines.join('\n'), { mode: 0o755 });
});
// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures off the pattern.
test.afterEach(async ({}, info) => {
  if (opened !== null && info.status !== info.expectedStatus) {
    const body = await opened.page.screenshot({ path: info.outputPath('failed.png') });
    await info.attach('page', { body, contentType: 'image/png' });
  }
  await opened?.app.close();
  opened = null;
  writeFileSync(gate(), '');
  for (const { id } of await boxLauncher.jobs(localShell, box())) await boxLauncher.cancel(localShell, box(), id);
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openOn(home: string): Promise<OpenedApp> {
  const environment = { XDG_RUNTIME_DIR: folder, PATH: `${server.programs}${delimiter}${process.env.PATH}` };
  opened = await openApp({ home, environment });
  await opened.page.getByRole('main').waitFor();
  return opened;
}

/** The folder of the block that trains, once an attempt has claimed it. */
async function claimed(): Promise<string> {
  const jobs = join(root(), 'jobs');
  const all = () => readdirSync(jobs).map((name) => join(jobs, name));
  const found = () => all().find((block) => existsSync(join(block, 'claim.json')));
  await expect.poll(found, PATIENCE).toBeDefined();
  return found() ?? '';
}

function jobsOf(page: Page) {
  return page.getByRole('region', { name: 'On other machines' }).getByRole('listitem');
}

test('a study that is sent to a machine waits, trains and is lost from sight there, also while the app is closed', async ({
  home,
}, info) => {
  writeFileSync(join(home, 'machines.json'), JSON.stringify({ machines: [box()] }));
  const { app, page } = await openOn(home);
  await openForm(page);
  await makeTiny(page);
  await page.getByLabel('Seeds', { exact: true }).fill('1-2');
  await page.getByRole('combobox', { name: 'Where' }).selectOption('gpubox');
  await page.getByRole('button', { name: 'Start the study' }).click();

  // The study is shown once it is sent, whatever page was asked for meanwhile.
  await expect(page.getByText('0 of 2 runs finished')).toBeVisible(PATIENCE);

  // The box trains one block at a time.
  await page.getByRole('link', { name: 'Queue', exact: true }).click();
  await expect(jobsOf(page)).toHaveCount(2, PATIENCE);
  const training = jobsOf(page).filter({ has: page.getByText('trains', { exact: true }) });
  const waiting = jobsOf(page).filter({ hasText: 'waits: for a place' });
  await expect(training).toHaveCount(1, PATIENCE);
  await expect(waiting).toHaveCount(1, PATIENCE);
  await expect(page.getByText('also when this window is closed')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: info.outputPath(`jobs-${colorScheme}.png`) });
  }

  await waiting.getByRole('link').click();
  await expect(page).toHaveURL(/#\/runs\//);
  await expect(page.getByRole('main').getByText('waits: for a place')).toBeVisible();
  await expect(page.getByText('It was sent to gpubox')).toBeVisible();
  await page.getByRole('link', { name: 'Queue', exact: true }).click();
  await training.getByRole('link').click();
  await expect(page).toHaveURL(/#\/runs\//);

  // It is held where it has begun, so that all of this happens while it trains.
  writeFileSync(gate(), '');
  const block = await claimed();
  const { pid } = JSON.parse(readFileSync(join(block, 'claim.json'), 'utf8'));
  process.kill(pid, 'SIGSTOP');
  await expect(page.getByText(`gpubox · ${hostname()} · attempt 2`)).toBeVisible(PATIENCE);
  await page.screenshot({ path: info.outputPath('run.png') });
  await server.stop();
  await expect(page.getByText('trains, out of sight')).toBeVisible(PATIENCE);
  await page.screenshot({ path: info.outputPath('run-out-of-sight.png') });
  await server.start();
  await expect(page.getByText('trains, out of sight')).toBeHidden(PATIENCE);

  await app.close();
  opened = null;
  process.kill(pid, 'SIGCONT');
  const ends = () => readdirSync(dirname(block)).map((name) => existsSync(join(dirname(block), name, 'end.2.json')));
  await expect.poll(ends, { timeout: 480_000 }).toEqual([true, true]);

  const again = await openOn(home);
  await again.page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(again.page.getByRole('row').filter({ hasText: 'finished' })).toHaveCount(2, PATIENCE);
  await again.page.getByRole('link', { name: 'Queue', exact: true }).click();
  await expect(jobsOf(again.page)).toHaveCount(0, PATIENCE);
});
