import type { Page } from '@playwright/test';
import { expect, test } from './app-fixture.ts';
import { importTrainedStudy, TRAINED_RUNS } from './trained-home.ts';

const table = (page: Page) => page.getByRole('table', { name: 'Compared runs' });

async function compare(page: Page, ids: readonly string[]): Promise<void> {
  await page.evaluate(`window.location.hash = '#/runs/compare?ids=${ids.join(',')}'`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Compare ${ids.length} runs`);
}

test.beforeEach(({ home }) => importTrainedStudy(home));

test('shows what differs and nothing else, unless asked', async ({ lab: { page } }) => {
  await compare(page, TRAINED_RUNS.slice(0, 3));
  await expect(table(page).getByRole('columnheader')).toHaveCount(4);
  await expect(table(page).getByRole('rowheader', { name: 'batchSize' })).toHaveCount(0);
  await expect(table(page).getByRole('rowheader', { name: 'policy.kind' })).toBeVisible();
  await page.getByRole('switch', { name: 'All settings' }).click();
  await expect(table(page).getByRole('rowheader', { name: 'batchSize' })).toBeVisible();
  await expect(table(page).getByRole('rowheader', { name: 'tensorflowVersion' })).toBeVisible();
});

test('draws curves of the chosen series and a freeze timeline a run', async ({ lab: { page } }) => {
  await compare(page, TRAINED_RUNS.slice(0, 2));
  await expect(page.getByRole('region', { name: /^Freezes of/ })).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Curves of' }).selectOption('train loss');
  const curves = page.getByRole('region', { name: 'Curves' });
  await curves.getByRole('button', { name: 'Table' }).click();
  await expect(curves.getByRole('columnheader', { name: /train_?loss/i }).first()).toBeVisible();
});

test('leaves runs out, adds others, and follows the address', async ({ lab: { page } }) => {
  await compare(page, TRAINED_RUNS.slice(0, 3));
  await page
    .getByRole('button', { name: /^Leave .* out$/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Compare 2 runs');
  await expect(table(page).getByRole('columnheader')).toHaveCount(3);
  await page.getByRole('button', { name: 'Add runs' }).click();
  await page.getByRole('textbox', { name: 'Filter runs' }).fill('role:equal-time seed:2');
  await page.getByRole('button', { name: /^Add linear plain 0.5, equal time/ }).click();
  await expect(table(page).getByRole('columnheader')).toHaveCount(4);
  await page.goBack();
  await expect(table(page).getByRole('columnheader')).toHaveCount(3);
});

test('says which runs are gone, and what to do where none is left', async ({ lab: { page } }) => {
  await compare(page, [TRAINED_RUNS[0] ?? '', 'nosuchrun']);
  await expect(page.getByText('1 run of the address is no longer there.')).toBeVisible();
  await page.evaluate("window.location.hash = '#/runs/compare?ids='");
  await expect(page.getByRole('heading', { name: 'No runs to compare' })).toBeVisible();
});
