import type { Locator, Page } from '@playwright/test';
import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { importTrainedStudy, TRAINED_STUDY } from './trained-home.ts';

test.beforeEach(({ home }) => importTrainedStudy(home));

/** Opens the menu by a right click and by the menu key's chord where the place takes the focus; closes it with Escape. */
async function expectSoundMenu(page: Page, at: Locator, firstItem: RegExp): Promise<void> {
  await at.click({ button: 'right' });
  const menu = page.getByRole('menu', { name: 'What to do with it' });
  await expect(menu.getByRole('menuitem').first()).toHaveText(firstItem);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page)).toEqual([]);
  }
  await page.keyboard.press('ArrowDown');
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
}

test('menus of a right click are sound in both themes: study, arm, figure and run', async ({ lab: { page } }) => {
  test.slow();
  const studies = page.getByRole('row').filter({ hasText: TRAINED_STUDY.name });
  await expectSoundMenu(page, studies.first(), /./);
  await page.getByRole('link', { name: TRAINED_STUDY.name }).first().click();
  const arms = page.getByRole('table', { name: 'Arms' }).getByRole('row');
  await expectSoundMenu(page, arms.filter({ hasText: 'baseline' }).first(), /./);
  const plot = page.getByRole('region', { name: 'Time saved against accuracy lost' });
  await expectSoundMenu(page, plot.getByRole('application'), /./);
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  const runs = page.getByRole('grid', { name: 'Runs' }).locator('tbody').getByRole('row');
  await expectSoundMenu(page, runs.first(), /./);
});
