import type { Page } from '@playwright/test';
import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { OVERLAYS, type Place, VIEWS } from './places.ts';
import { importTrainedStudy } from './trained-home.ts';

async function checkAll(page: Page, places: readonly Place[]): Promise<void> {
  test.slow();
  for (const place of places) {
    await test.step(place.name, async () => {
      await place.open(page);
      expect.soft(await violations(page), place.name).toEqual([]);
    });
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}, axe finds nothing`, () => {
    test.beforeEach(({ lab: { page } }) => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

    test('in an empty home', async ({ lab: { page } }) => {
      await checkAll(page, VIEWS);
    });

    test.describe('with a trained study', () => {
      test.beforeEach(({ home }) => importTrainedStudy(home));
      test('in any view and over it', async ({ lab: { page } }) => {
        await checkAll(page, [...VIEWS, ...OVERLAYS]);
      });
    });
  });
}
