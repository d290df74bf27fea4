import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { importTrainedStudy, TRAINED_RUNS } from './trained-home.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`in ${colorScheme}, axe finds nothing in a run's tabs, tables and export`, async ({ home, lab: { page } }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    importTrainedStudy(home);
    await page.evaluate(`window.location.hash = '#/runs/${TRAINED_RUNS[1]}'`);
    for (const tab of ['Layers', 'Classes', 'Time', 'Configuration', 'History', 'Training']) {
      await page.getByRole('tab', { name: tab }).click();
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      expect.soft(await violations(page), tab).toEqual([]);
    }
    const card = page.getByRole('region', { name: 'Validation error', exact: true });
    await card.getByRole('button', { name: 'Table' }).click();
    await card.getByRole('button', { name: 'Axes' }).click();
    expect.soft(await violations(page), 'table and axes').toEqual([]);
    await page.keyboard.press('Escape');
    await card.getByRole('button', { name: 'Export …' }).click();
    await expect(page.getByAltText('The figure as it will be saved')).toBeVisible();
    expect.soft(await violations(page), 'export').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(card.getByRole('button', { name: 'Export …' })).toBeFocused();
  });
}
