import type { ElectronApplication, Page } from '@playwright/test';
import { expect, openApp, test } from './app-fixture.ts';
import { VIEWS } from './places.ts';
import { importTrainedStudy } from './trained-home.ts';

interface WindowSize {
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
}

function resize(app: ElectronApplication, size: WindowSize): Promise<void> {
  return app.evaluate(({ BrowserWindow }, { width, height, zoom }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setContentSize(width, height);
    window?.webContents.setZoomFactor(zoom);
  }, size);
}

/** Buttons and fields that no scrolling brings into the window. */
function unreachable(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('button, a[href], input, select')]
    .filter((element) => element.checkVisibility() && !element.closest('.sr-only') && !element.matches('.sr-only'))
    .filter((element) => {
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return right <= 0 || bottom <= 0 || left >= window.innerWidth || top >= window.innerHeight;
    })
    .map((element) => element.outerHTML.slice(0, 200))`);
}

test.beforeEach(({ home }) => importTrainedStudy(home));

for (const [name, size] of [
  ['in the smallest window', { width: 900, height: 600, zoom: 1 }],
  ['at twice the size', { width: 1280, height: 800, zoom: 2 }],
] as const) {
  test(`everything can be reached ${name}`, async ({ lab: { app, page } }) => {
    test.slow();
    await resize(app, size);
    for (const view of VIEWS) {
      await view.open(page);
      await expect.soft(page.getByRole('heading', { level: 1 }), view.name).toBeInViewport();
      expect.soft(await unreachable(page), view.name).toEqual([]);
      expect.soft(await page.evaluate('[window.scrollX, window.scrollY]'), view.name).toEqual([0, 0]);
    }
  });
}

test('the rail shows icons with names where the window is narrow', async ({ lab: { app, page } }) => {
  const runs = page.getByRole('link', { name: 'Runs', exact: true });
  const widthOf = async () => (await runs.boundingBox())?.width ?? 0;
  await expect.poll(widthOf).toBeGreaterThan(100);
  await resize(app, { width: 960, height: 700, zoom: 1 });
  await expect.poll(widthOf).toBeLessThan(50);
  await runs.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Runs');
});

test('nothing moves for who asked for less motion', async ({ lab: { page } }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const view of VIEWS) {
    await view.open(page);
    const moving = "document.getAnimations().filter((one) => one.playState === 'running').length";
    expect.soft(await page.evaluate(moving), view.name).toBe(0);
  }
});

test('a machine without data sets says how one gets them', async ({ home }) => {
  const { app, page } = await openApp({ home, environment: { FREEZEOUT_LAB_CACHE: `${home}/no-cache` } });
  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No data set yet' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Not here yet' })).toContainText('downloads Fashion-MNIST; MNIST;');
  await app.close();
});
