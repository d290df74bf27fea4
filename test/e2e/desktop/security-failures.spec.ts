import { expect, test } from './app-fixture.ts';

test('a page that sends nonsense is not answered, and nothing falls over', async ({ lab: { page } }) => {
  const answered = await page.evaluate(`(async () => {
    const { port1, port2 } = new MessageChannel();
    window.postMessage('freezeout-lab:connect', '*', [port2]);
    let answers = 0;
    port1.onmessage = () => {
      answers += 1;
    };
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
    await new Promise((resolve) => setTimeout(resolve, 300));
    return answers;
  })()`);
  expect(answered).toBe(0);
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
