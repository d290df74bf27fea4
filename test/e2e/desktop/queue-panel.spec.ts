import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ElectronApplication, Page } from '@playwright/test';
import { timeLeft } from '../../../src-renderer/lib/format.ts';
import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { ownerOf, SHORT_RUN } from './owner-client.ts';

const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../../test-results/screenshots', import.meta.url));
/** Width, height and zoom: a screen of 3840 x 2160 at twice the size has as much room as one of 1920 x 1080. */
const SIZES = [
  [900, 600, 1],
  [1440, 900, 1],
  [3840, 2160, 2],
] as const;

/** 60 runs: ten arms, six seeds. */
const { policy: _policy, ...BASE } = { ...SHORT_RUN, epochs: 400, test: 40 };
const DAY = {
  name: 'a day with sixty runs of a network with a long name',
  base: BASE,
  arms: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95].map((t0) => ({ kind: 'freezeout', shape: 'cubic', t0 })),
  seeds: [1, 2, 3, 4, 5, 6],
  equalTimeBaseline: false,
};

const panel = (page: Page) => page.getByRole('complementary', { name: 'Queue' });
const items = (page: Page) =>
  panel(page).getByRole('list', { name: 'What trains and waits, in short' }).getByRole('listitem');

async function resize(app: ElectronApplication, [width, height, zoom]: (typeof SIZES)[number]): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setContentSize(size.width, size.height);
      window?.webContents.setZoomFactor(size.zoom);
    },
    { width, height, zoom },
  );
}

/** What can be reached by Tab in the strip and is not seen: readers who look would lose the focus there. */
async function hiddenStops(page: Page): Promise<(string | null)[]> {
  const strip = page.getByRole('region', { name: 'What trains now' });
  const stops = await strip.locator('a, button').all();
  const boxes = await Promise.all(stops.map(async (stop) => ({ stop, box: await stop.boundingBox() })));
  const hidden = boxes.filter(({ box }) => box === null || box.width < 16 || box.height < 16);
  return Promise.all(hidden.map(({ stop }) => stop.textContent()));
}

test('the queue is beside any view, by keys alone, in both themes and all sizes', async ({
  home,
  lab: { app, page },
}) => {
  test.slow();
  const { client, close } = await ownerOf(home);
  await client.queue.pause({});
  await client.studies.start({ spec: DAY as never });
  await page.evaluate("location.hash = '#/datasets'");
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Data sets');
  await page.keyboard.press('q');
  await expect(panel(page)).toContainText('Nothing trains, 60 wait; the queue is paused');
  await expect(panel(page)).toContainText('time left not known yet');
  await expect(items(page)).toHaveCount(50);
  await expect(panel(page)).toContainText('10 more are in the queue.');

  // The third waits next, the second is held: both by keys, and the panel says so.
  await items(page)
    .nth(2)
    .getByRole('button', { name: /^Train next/ })
    .focus();
  await page.keyboard.press('Enter');
  await expect(panel(page).getByText(/is now at place 1 of 60\.$/)).toBeAttached();
  await items(page).nth(1).getByRole('button', { name: /^Hold/ }).focus();
  await page.keyboard.press('Space');
  await expect(items(page).nth(1)).toContainText('held');
  await expect(panel(page)).toContainText('without 1 run that waits for you');
  expect((await client.queue.show({})).runs.slice(0, 2).map(({ held }) => held)).toEqual([false, true]);

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of SIZES) {
      await resize(app, size);
      await expect(panel(page)).toBeVisible();
      await page.evaluate("location.hash = '#/datasets'");
      await page.screenshot({ path: `${FOLDER}/queue-panel-${colorScheme}-${size[0]}.png` });
      expect(await violations(page)).toEqual([]);
      expect(await hiddenStops(page)).toEqual([]);
      await page.evaluate("location.hash = '#/queue'");
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Queue');
      await page.screenshot({ path: `${FOLDER}/queue-both-${colorScheme}-${size[0]}.png` });
      await page.keyboard.press('q');
      await expect(panel(page)).toBeHidden();
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: `${FOLDER}/queue-view-${colorScheme}-${size[0]}.png` });
      await page.keyboard.press('q');
    }
  }
  await resize(app, SIZES[1]);

  const strip = page.getByRole('region', { name: 'What trains now' });
  // Escape closes it, and the strip opens it again.
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toBeHidden();
  await strip.getByRole('button', { name: /waiting/ }).focus();
  await page.keyboard.press('Enter');
  await expect(panel(page)).toBeVisible();
  close();
});

test('what trains and how long all of it takes is said in the panel, the strip and by `lab`', async ({
  home,
  lab: { page },
}) => {
  // On a machine that does other work, a trainer takes a minute to its first step.
  test.setTimeout(600_000);
  const { client, close } = await ownerOf(home);
  await client.queue.pause({});
  const { runIds } = await client.studies.start({ spec: DAY as never });
  await client.queue.hold({ run: runIds[1] ?? '' });
  await page.keyboard.press('q');
  await panel(page).getByRole('button', { name: 'Resume all' }).focus();
  await page.keyboard.press('Enter');
  const strip = page.getByRole('region', { name: 'What trains now' });
  await expect(strip.getByRole('link', { name: 'Open the run that trains' })).toBeVisible({ timeout: 200_000 });
  await expect(items(page).first().getByRole('progressbar')).toBeVisible({ timeout: 60_000 });
  // Behind some epochs everybody knows it: panel, strip, view, `lab`.
  await expect(items(page).first()).toContainText(/trains, epoch \d+ of 400, ends in /, { timeout: 200_000 });
  await expect(panel(page)).toContainText(/(min|h) left, without 1 run/, { timeout: 200_000 });
  await expect(items(page).nth(2)).toContainText(/ends in .*(min|h)/);
  await expect(strip).toContainText(/59 runs waiting.*left, without 1 run that waits for you/);
  const lab = execFileSync(process.execPath, [LAB, 'queue', 'list', '--home', home], { encoding: 'utf8' });
  expect(lab).toMatch(/Time left: .*(min|h); not counted: 1 run that waits for you\.\n$/);
  expect(lab).toMatch(/ends in/);

  await panel(page).getByRole('button', { name: 'Pause all' }).click();
  await expect(panel(page)).toContainText('the queue is paused', { timeout: 60_000 });
  close();
});

test('the time left of a run is the same on its page, in the strip and for another program', async ({
  home,
  lab: { page },
}) => {
  test.setTimeout(600_000);
  const { client, close } = await ownerOf(home);
  const { runId } = await client.runs.start({ spec: { ...SHORT_RUN, epochs: 3000 } as never });
  const ended = new AbortController();
  let told: number | null = null;
  const follow = async () => {
    for await (const { runs } of await client.queue.outlook({}, { signal: ended.signal }))
      told = runs.find(({ id }) => id === runId)?.endsIn ?? null;
  };
  const followed = follow().catch(() => undefined);
  await page.evaluate(`location.hash = '#/runs/${runId}'`);
  const place = page.getByRole('region', { name: 'Progress' });
  await expect(place).toContainText(/time left\s*(\d|less)/, { timeout: 300_000 });
  await expect(async () => {
    const onPage = /time left\s*(less than a minute|\d+ (?:h \d+ )?min)/.exec((await place.textContent()) ?? '')?.[1];
    const strip = page.getByRole('region', { name: 'What trains now' });
    expect(await strip.textContent()).toContain(`${onPage} left`);
    expect(timeLeft(told)).toBe(`${onPage} left`);
  }).toPass({ timeout: 30_000 });
  ended.abort();
  await followed;
  await client.runs.stop({ run: runId });
  close();
});
