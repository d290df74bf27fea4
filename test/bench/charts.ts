// Prints what a chart of many runs costs in the real app: `xvfb-run -a node test/bench/charts.ts HOME`, HOME a home of
// test/bench/seed.ts with one study, such as `--runs 1000 --epochs 1000 --studies 1`. Times are from the click to the frame
// after the drawing.
import type { CDPSession } from '@playwright/test';
import { openApp } from '../e2e/desktop/app-fixture.ts';

const [home] = process.argv.slice(2);
if (home === undefined) throw new Error('Name a home of test/bench/seed.ts.');

const { app, page } = await openApp({ home });
const session = await page.context().newCDPSession(page);
const card = page.getByRole('region', { name: 'Validation error' });

/** Runs in the page, whose types this folder does not know: until the card is up to date, and the frame after it. */
const DRAWN = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const isBusy = () => document.querySelector('section[aria-label="Validation error"]')?.ariaBusy !== 'false';
  await frame();
  while (isBusy()) await frame();
  await frame();
  return performance.now();
})()`;

async function timed(what: string, act: () => Promise<unknown>): Promise<void> {
  const startedAt = await page.evaluate(() => performance.now());
  await act();
  const endedAt = await page.evaluate<number>(DRAWN);
  console.log(`${what}: ${Math.round(endedAt - startedAt)} ms, ${await heap(session)}`);
}

async function heap(of: CDPSession): Promise<string> {
  const megabytes = async () => {
    const { usedSize } = await of.send('Runtime.getHeapUsage');
    return Math.round(usedSize / 1e6);
  };
  const before = await megabytes();
  await of.send('HeapProfiler.collectGarbage');
  return `${before} MB of heap, ${await megabytes()} MB of it in use`;
}

const study = page.locator('main a[href^="#/studies/"]:not([href="#/studies/new"])').first();
await study.click();
await card.getByRole('application').waitFor();
await page.evaluate(DRAWN);
if (!(await card.getByLabel('smoothing').isVisible())) throw new Error('The window is too narrow for the options.');
await card.getByRole('button', { name: 'bands' }).click();
await page.evaluate(DRAWN);
console.log(`20 runs, at rest: ${await heap(session)}`);

await timed('all runs, of which the bands had been read', () => card.getByRole('button', { name: 'Draw all' }).click());
await timed('smoothed: all read and drawn again, each with its raw line', () =>
  card.getByLabel('smoothing').fill('0.9'),
);
await timed('not smoothed: all read and drawn again', () => card.getByLabel('smoothing').fill('0'));
await timed('another axis: drawn again', () => card.getByRole('button', { name: 'log y' }).click());
await app.close();
