import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { LabClient } from '../../../src-main/contract/client.ts';
import { writeLargeFile } from '../../support/large-file.ts';
import { expect, type OpenedApp, openApp, test } from './app-fixture.ts';
import { labJson } from './lab-beside-app.ts';
import { ownerOf } from './owner-client.ts';

// The real app, told to end in the middle of what takes long. Playwright's own limit ends a test whose app does not.

const RUNS = 200;

const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

/** Listens until the app has gone; what is told meanwhile is nobody's here. */
async function listen(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of stream);
  } catch {
    // The app has ended.
  }
}

/** Begins an import that takes long; `started` resolves once it has. */
async function beginImport(client: LabClient, home: string, file: string): Promise<void> {
  await writeLargeFile(file, { runs: RUNS, events: 300, layers: 10 });
  void listen(await client.runs.import({ path: file }));
  await expect.poll(() => namesIn(join(home, 'importing')).length, { intervals: [10] }).toBeGreaterThan(0);
}

test('an import that SIGTERM ends leaves whole runs, and the log says what was ended', async ({ home }, info) => {
  const { app } = await openApp({ home });
  const { client } = await ownerOf(home);
  const file = info.outputPath('runs.ndjson');
  mkdirSync(info.outputPath(), { recursive: true });
  await beginImport(client, home, file);
  await expect.poll(() => shownWorks(client)).toBe(1);
  const exited = once(app.process(), 'exit');
  app.process().kill('SIGTERM');
  await exited;
  expect(readFileSync(join(home, 'app', 'app.log'), 'utf8')).toMatch(
    /The app was quit before this was done: Importing runs/,
  );
  expect(namesIn(join(home, 'importing'))).toEqual([]);
  const runs = await labJson<readonly { readonly status: string }[]>(home, ['runs', 'list']);
  expect(runs.filter(({ status }) => status !== 'finished')).toEqual([]);
  expect(runs.length).toBeLessThan(RUNS);
});

test('a window that is closed during a download asks, stays, and ends the app once that is wanted', async ({
  home,
}) => {
  const server = await silentServer();
  const datasets = join(home, 'downloaded');
  const environment = { FREEZEOUT_LAB_MIRROR: server.address, FREEZEOUT_LAB_DATASETS: datasets };
  const lab = await openApp({ home, environment });
  const { client } = await ownerOf(home);
  const answer = client.datasets.get({ name: 'kmnist' }).then(
    () => 'all of it',
    () => 'ended',
  );
  // The app itself has heard of it by then; before, there would be nothing to ask about.
  await expect(lab.page.getByText(/Getting Kuzushiji-MNIST/).first()).toBeVisible();
  await answerQuestions(lab, 1);
  await closeWindow(lab);
  await expect.poll(() => questions(lab)).toEqual([expect.stringMatching(/^Getting Kuzushiji-MNIST/)]);
  expect(await shownWorks(client)).toBe(1);
  await answerQuestions(lab, 0);
  const exited = once(lab.app.process(), 'exit');
  await closeWindow(lab);
  await exited;
  expect(await answer).toBe('ended');
  expect(namesIn(datasets)).not.toContain('kmnist');
  server.close();
});

/** Begins to answer whatever is asked for, and never ends. */
async function silentServer(): Promise<{ readonly address: string; readonly close: () => void }> {
  const server = createServer((_, response) => void response.writeHead(200).write('the start'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function shownWorks(client: LabClient): Promise<number> {
  for await (const works of await client.works.follow({})) return works.length;
  return 0;
}

const closeWindow = ({ app }: OpenedApp) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

/** Presses the button in the user's place, and keeps what was asked. */
function answerQuestions({ app }: OpenedApp, response: number): Promise<void> {
  return app.evaluate(({ dialog }, given) => {
    const asked: string[] = [];
    Object.assign(globalThis, { askedAtClosing: asked });
    dialog.showMessageBox = async (...words: readonly unknown[]) => {
      asked.push((words[1] as { readonly detail: string }).detail);
      return { response: given, checkboxChecked: false };
    };
  }, response);
}

const questions = ({ app }: OpenedApp) =>
  app.evaluate(() => (globalThis as { askedAtClosing?: string[] }).askedAtClosing ?? []);
