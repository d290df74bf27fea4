import type { Page } from '@playwright/test';
import type { SearchProgress } from '#core/find/progress.ts';
import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { labJson } from './lab-beside-app.ts';
import { importTrainedStudy, TRAINED_STUDY } from './trained-home.ts';

async function openStudy(page: Page): Promise<void> {
  await page.evaluate(`window.location.hash = '#/studies'`);
  await page.getByRole('link', { name: TRAINED_STUDY.name, exact: true }).first().click();
}

test('a search begins at a study, is stopped, goes on, and ends with its budget', async ({ lab: { page }, home }) => {
  importTrainedStudy(home);
  await openStudy(page);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Find how much to freeze …' }).click();
  const panel = page.getByRole('complementary', { name: 'Find how much to freeze' });
  await panel.getByText('Frozen layers', { exact: true }).click();
  await expect(panel.getByText('the largest number of layers', { exact: false })).toBeVisible();
  await panel.getByText('t0 of FreezeOut', { exact: true }).click();
  await panel.getByLabel('Tolerance').fill('0');
  await expect(panel.getByRole('alert')).toHaveText('A number of points above 0, such as 0.5.');
  await panel.getByLabel('Tolerance').fill('1');
  // So little that the first run uses it up.
  await panel.getByLabel('Budget').fill('0.0001');
  expect(await violations(page)).toEqual([]);
  await panel.getByLabel('Tolerance').press('Enter');

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^find-t0 cubic scaled within 1,/);
  await expect(page.getByText(/^Now: One run of the baseline/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop the search' }).click();
  await expect(page.getByText(/start the search again to go on/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText(/The budget ended the search/)).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole('button', { name: /^Go on with/ })).toBeVisible();
});

test('a search of the terminal is on the page with the same numbers', async ({ lab: { page }, home }) => {
  importTrainedStudy(home);
  // Two pairs are there, and nothing fits into the budget.
  const options = ['--tolerance', '1', '--budget', '1s', '--among', '0.5'];
  const said = await labJson<SearchProgress>(home, ['find', TRAINED_STUDY.name, ...options]);
  await openStudy(page);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page.getByText(said.recommendation.text)).toBeVisible();
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '0.5' }) });
  await expect(row.getByRole('link')).toHaveCount(2);
  await expect(row).toContainText(`${(100 * Number(said.tried[0].saved.wall)).toFixed(1)} %`.replace('-', '−'));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect.soft(await violations(page), colorScheme).toEqual([]);
  }
  await row.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('cubic scaled 0.5');
});
