import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '../../../src-main/checkpoints/safetensors.ts';
import { expect, type OpenedApp, test } from './app-fixture.ts';
import { ownerOf, SHORT_RUN, startRun, untilRun } from './owner-client.ts';

/** What main answers a page on a port of its own. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks as any script in the page could, past the app's own forms. */
async function ask({ page }: OpenedApp, procedure: string, input: object): Promise<Answer> {
  const request = JSON.stringify({ i: '1', p: { u: `/${procedure.replace('.', '/')}`, b: { json: input } } });
  const text = await page.evaluate<string>(`new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    window.postMessage('freezeout-lab:connect', '*', [port2]);
    port1.onmessage = ({ data }) => resolve(data);
    port1.postMessage(${JSON.stringify(request)});
  })`);
  const { p } = JSON.parse(text);
  return { status: p.s ?? 200, body: p.b.json };
}

/** Asks for what is answered piece by piece, and leaves the answer to the window. */
async function tell({ page }: OpenedApp, procedure: string): Promise<void> {
  const request = JSON.stringify({ i: '1', p: { u: `/${procedure.replace('.', '/')}`, b: { json: {} } } });
  await page.evaluate(`{
    const { port1, port2 } = new MessageChannel();
    window.postMessage('freezeout-lab:connect', '*', [port2]);
    port1.start();
    port1.postMessage(${JSON.stringify(request)});
  }`);
}

/** Answers the system's dialogs in the user's place; null closes them. */
function answerDialogs({ app }: OpenedApp, path: string | null): Promise<void> {
  return app.evaluate(({ dialog }, chosen) => {
    const asked: unknown[] = [];
    Object.assign(globalThis, { askedDialogs: asked });
    Object.assign(dialog, {
      showSaveDialog: async (_window: unknown, options: { defaultPath: string }) => {
        asked.push(options.defaultPath);
        return { canceled: chosen === null, filePath: chosen ?? '' };
      },
      showOpenDialog: async () => ({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] }),
    });
  }, path);
}

const suggested = ({ app }: OpenedApp) => app.evaluate(() => (globalThis as { askedDialogs?: string[] }).askedDialogs);

// The page's own port comes first: the newest one counts.
test.beforeEach(async ({ lab }) => {
  await expect(lab.page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('saves what a page asks for only where the dialog says, and takes files only from dialogs', async ({
  home,
  lab,
}) => {
  const { client } = await ownerOf(home);
  const run = await startRun(client, SHORT_RUN);
  await untilRun(client, run, ({ status }) => status === 'finished');

  await answerDialogs(lab, null);
  expect(await ask(lab, 'desktop.saveWeights', { run })).toEqual({ status: 200, body: null });
  expect(await suggested(lab)).toEqual([expect.stringMatching(/^\w.*-seed 1-weights\.safetensors$/)]);

  const weights = join(home, 'weights-of-mine.safetensors');
  await answerDialogs(lab, weights);
  const saved = await ask(lab, 'desktop.saveWeights', { run, layout: 'pytorch' });
  expect(saved).toEqual({ status: 200, body: { name: 'weights-of-mine.safetensors', warnings: [] } });
  // HWIO in ours, OIHW in PyTorch's.
  const { tensors } = await readSafetensors(weights);
  expect([...tensors.values()].some(({ shape }) => shape.length === 4 && shape[2] === 3 && shape[3] === 3)).toBe(true);

  const lines = join(home, 'runs.ndjson');
  const events = await client.runs.events({ run });
  writeFileSync(lines, events.map((event) => JSON.stringify({ ...event, runId: 'elsewhere' })).join('\n'));
  await answerDialogs(lab, lines);
  await tell(lab, 'desktop.importRuns');
  const imported = { id: 'elsewhere', imported: true, status: 'finished' };
  await expect.poll(() => client.runs.list({})).toContainEqual(expect.objectContaining(imported));
});

test('lets a page name no file, and tells it nothing of its own inside', async ({ home, lab }) => {
  const secret = { kind: 'idx', path: '/etc', classes: 10 };
  const refused = [
    await ask(lab, 'datasets.add', { name: 'etc', location: secret }),
    await ask(lab, 'runs.start', { spec: { ...SHORT_RUN, dataset: secret } }),
    await ask(lab, 'runs.start', { spec: { ...SHORT_RUN, weights: { path: '/etc/passwd' } } }),
    await ask(lab, 'runs.import', { path: '/runs.ndjson' }),
    await ask(lab, 'desktop.addDataset', { name: 'etc', token: '/etc' }),
    await ask(lab, 'desktop.importRuns', { token: '/runs.ndjson' }),
    await ask(lab, 'desktop.showRunFolder', { run: '../..' }),
    await ask(lab, 'desktop.openLink', { link: 'https://example.org' }),
    await ask(lab, 'desktop.missing', {}),
  ];
  expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 400, 400, 404]);
  const text = JSON.stringify(refused);
  expect(text).not.toMatch(/ at |node_modules|\.js|stack/);
  expect(text).not.toContain(home);
  const { client } = await ownerOf(home);
  expect(await client.runs.list({})).toEqual([]);
});

test('writes what goes wrong inside into a log of its own', async ({ home, lab }) => {
  await lab.app.evaluate(({ shell }) => {
    shell.openPath = async () => {
      throw new Error('the inside of it');
    };
  });
  const answer = await ask(lab, 'desktop.showHome', {});
  expect(JSON.stringify(answer)).toContain('Something went wrong inside the app');
  expect(JSON.stringify(answer)).not.toContain('the inside of it');
  const log = join(home, 'app', 'app.log');
  expect(existsSync(log)).toBe(true);
  expect(readFileSync(log, 'utf8')).toContain('the inside of it');
});
