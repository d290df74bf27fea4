import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { electron } from '../../../src-main/setup/installed.mjs';
import { expect, type OpenedApp, openApp, test } from './app-fixture.ts';
import { labJson } from './lab-beside-app.ts';
import { LONG_RUN, ownerOf, SHORT_RUN, startRun, untilRun } from './owner-client.ts';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));

interface StoredRun {
  readonly status: string;
  readonly reason: string | null;
  readonly checkpoints: readonly object[];
}

test('a second start shows the window of the first and ends', async ({ home, lab }) => {
  await lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const second = spawn(electron()?.path ?? '', [...flags, CHECKOUT, '--home', home], { stdio: 'ignore' });
  expect(await once(second, 'exit')).toEqual([0, null]);
  await expect
    .poll(() => lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.isVisible())))
    .toEqual([true]);
});

test('is a client of the lab that trains, and takes over when that is killed', async ({ home }) => {
  const spec = { ...LONG_RUN, seed: 1 };
  const child = spawn(process.execPath, [LAB, 'run', '-', '--home', home], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(JSON.stringify(spec));
  const terminal = await ownerOf(home);
  const waiting = await startRun(terminal.client, SHORT_RUN);
  const { app, page } = await openApp({ home });
  await expect(page.getByRole('heading', { level: 1, name: 'Studies' })).toBeVisible();
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()))
    .toContain('run ');

  child.kill('SIGKILL');
  await terminal.lost;
  const own = await ownerOf(home);
  await untilRun(own.client, waiting, ({ status }) => status === 'finished');
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await app.close();
});

test('pauses with a checkpoint when it is quit or told to end', async ({ home }) => {
  let run = '';
  for (const end of ['quit', 'SIGTERM'] as const) {
    const { app } = await openApp({ home });
    const { client, lost } = await ownerOf(home);
    if (run === '') run = await startRun(client, LONG_RUN);
    else await client.runs.resume({ run });
    const { epoch } = await client.runs.show({ run });
    await untilRun(client, run, (now) => now.status === 'running' && now.epoch > epoch);
    const exited = once(app.process(), 'exit');
    if (end === 'quit') await app.close();
    else app.process().kill(end);
    await Promise.all([exited, lost]);
    const stored = await labJson<StoredRun>(home, ['runs', 'show', run]);
    expect(stored).toMatchObject({ status: 'paused', reason: 'The app was quit.' });
    expect(stored.checkpoints.length).toBeGreaterThan(0);
  }
});

test('asks what becomes of the training before it closes, and remembers the answer', async ({ home, lab }) => {
  const { client } = await ownerOf(home);
  const run = await startRun(client, LONG_RUN);
  await untilRun(client, run, ({ status }) => status === 'running');
  await expect.poll(() => titleOf(lab)).toMatch(/^\d+ % run .* - FreezeOut Lab/);

  await answerQuestions(lab, { response: 2, checkboxChecked: false });
  await closeWindow(lab);
  await expect.poll(() => questions(lab)).toBe(1);
  expect(await isVisible(lab)).toBe(true);

  await answerQuestions(lab, { response: 0, checkboxChecked: true });
  await closeWindow(lab);
  await expect.poll(() => isVisible(lab)).toBe(false);
  expect((await client.runs.show({ run })).status).toBe('running');
  expect(await client.settings.read({})).toMatchObject({ onClose: 'background' });

  await lab.app.evaluate(({ app }) => app.emit('activate'));
  await expect.poll(() => isVisible(lab)).toBe(true);
  await closeWindow(lab);
  await expect.poll(() => isVisible(lab)).toBe(false);
  expect(await questions(lab)).toBe(1);
});

test('tells in a notification what ended, keeps the machine awake meanwhile, and finds its place again', async ({
  home,
}) => {
  const { app } = await openApp({ home });
  const { client } = await ownerOf(home);
  await app.evaluate(({ Notification, BrowserWindow }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shownNotifications: shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      shown.push(`${this.title}: ${this.body}`);
      this.emit('click');
    };
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1111, height: 777 });
  });
  const run = await startRun(client, SHORT_RUN);
  await untilRun(client, run, ({ status }) => status === 'running');
  await expect.poll(() => app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(0))).toBe(true);
  await untilRun(client, run, ({ status }) => status === 'finished');
  const shown = () => app.evaluate(() => (globalThis as { shownNotifications?: string[] }).shownNotifications);
  await expect.poll(shown).toEqual([expect.stringMatching(/^A run is finished: Run .*: test error [\d.]+ %$/)]);
  const window = await app.firstWindow();
  await expect(window).toHaveURL(`app://lab/#/runs/${run}`);
  await expect.poll(() => app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(0))).toBe(false);
  await app.close();

  const again = await openApp({ home });
  const bounds = await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  expect(bounds).toMatchObject({ width: 1111, height: 777 });
  await again.app.close();
});

const titleOf = ({ app }: OpenedApp) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle() ?? '');

const isVisible = ({ app }: OpenedApp) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);

const closeWindow = ({ app }: OpenedApp) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

/** Answers in the user's place, and counts the questions. */
function answerQuestions({ app }: OpenedApp, answer: { response: number; checkboxChecked: boolean }): Promise<void> {
  return app.evaluate(({ dialog }, given) => {
    const counted = globalThis as { questions?: number };
    counted.questions = 0;
    dialog.showMessageBox = async () => {
      counted.questions = (counted.questions ?? 0) + 1;
      return given;
    };
  }, answer);
}

const questions = ({ app }: OpenedApp) => app.evaluate(() => (globalThis as { questions?: number }).questions);
