import { expect, test } from './app-fixture.ts';

test('a page that sends nonsense is not answered, and nothing falls over', async ({ lab: { page } }) => {
  // The page has its own port by then: a later one of its takes the place of ours.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const answers = await page.evaluate(`(async () => {
    const { port1, port2 } = new MessageChannel();
    window.postMessage('freezeout-lab:connect', '*', [port2]);
    const answers = [];
    // A port keeps the order of its messages: when the last is answered, the others were read.
    const sensible = new Promise((resolve) => {
      port1.onmessage = ({ data }) => {
        answers.push(data);
        resolve();
      };
    });
    const nonsense = [
      null,
      1,
      {},
      [],
      'x',
      '{',
      '{}',
      '[]',
      'null',
      new ArrayBuffer(8),
      { i: 1 },
      'x'.repeat(2_000_000),
    ];
    for (const message of nonsense) port1.postMessage(message);
    port1.postMessage('{"i":"1","p":{"u":"/settings/read","b":{"json":{}}}}');
    await sensible;
    return answers.length;
  })()`);
  expect(answers).toBe(1);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a crash of the page is told and mended, one of the graphics process survived', async ({ lab: { app, page } }) => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const text = await app.evaluate(async ({ app: electronApp, BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) throw new Error('There is no window.');
    const loaded = new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
    for (const { pid, type } of electronApp.getAppMetrics()) if (type === 'GPU') process.kill(pid, 'SIGKILL');
    window.webContents.forcefullyCrashRenderer();
    await loaded;
    return window.webContents.executeJavaScript(`new Promise((resolve) => {
      const look = () => document.body.innerText.includes('opened again') && resolve(document.body.innerText);
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      look();
    })`);
  });
  expect(text).toContain('The page ended unexpectedly and was opened again.');
});
