import { fileURLToPath } from 'node:url';
import type { ElectronApplication } from '@playwright/test';
import { expect, test } from './app-fixture.ts';
import { OVERLAYS, VIEWS } from './places.ts';
import { importTrainedStudy } from './trained-home.ts';

const FOLDER = fileURLToPath(new URL('../../../test-results/screenshots', import.meta.url));
const SIZES = [
  [1280, 800],
  [1920, 1080],
] as const;

function resize(app: ElectronApplication, size: readonly [number, number]): Promise<void> {
  return app.evaluate(({ BrowserWindow }, [width, height]) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
}

test.beforeEach(({ home }) => importTrainedStudy(home));

/** Kept to be looked at: test-results/screenshots/VIEW-THEME-WIDTH.png. */
test('every view is drawn in both themes and sizes, and none breaks the policy', async ({ lab: { app, page } }) => {
  test.slow();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of SIZES) {
      await resize(app, size);
      for (const place of [...VIEWS, ...OVERLAYS]) {
        await place.open(page);
        await page.screenshot({ path: `${FOLDER}/${place.name}-${colorScheme}-${size[0]}.png` });
      }
    }
  }
  expect(complaints).toEqual([]);
});
