import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { openForm } from './form-page.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the form, in ${colorScheme}, with a curve, mistakes and its spec`, async ({
    lab: { page },
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openForm(page);
    await page.getByLabel('Another t0').fill('0.5');
    await page.getByLabel('Another t0').press('Enter');
    await page.getByRole('button', { name: 'Draw a curve' }).click();
    await page.getByRole('menuitem', { name: 'From cubic 0.5' }).click();
    for (const rule of ['Stepwise', 'Random times', 'Gradient norm']) {
      await page.getByRole('button', { name: 'Add another rule' }).click();
      await page.getByRole('menuitem', { name: rule }).click();
    }
    await expect(page.getByText('It decides while it trains')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: /^cubic scaled 0.5/ }).click();
    await page.getByText('Layers as a table').click();
    await page.getByText('Advanced').click();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Epochs', { exact: true }).fill('');
    await page.getByLabel('Another t0').fill('7');
    await page.getByLabel('Level', { exact: true }).fill('2');
    await page.getByLabel('Warm-up epochs', { exact: true }).fill('some');
    await page.getByLabel('Network', { exact: true }).selectOption('VGG-16');
    await page.getByRole('button', { name: 'Spec as JSON' }).click();
    await page.getByLabel('Paste a study spec or a run spec').fill('{');
    expect(await violations(page)).toEqual([]);
  });
}
