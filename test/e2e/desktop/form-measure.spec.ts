import { expect, test } from './app-fixture.ts';
import { makeTiny, openForm } from './form-page.ts';

test('a few measured steps say how long a study will take', async ({ lab: { page } }) => {
  await openForm(page);
  await makeTiny(page);
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview.getByText(/ a run$/)).toHaveCount(0);
  await preview.getByRole('button', { name: 'Measure a few steps' }).click();
  await expect(preview.getByText('Measuring …')).toBeVisible();
  await expect(preview.getByText(/^About .* in all/)).toBeVisible({ timeout: 120_000 });
  await expect(preview.getByText(/^From \d+ steps of /)).toBeVisible();
  await expect(preview.getByRole('button', { name: /^baseline/ })).toContainText(/about .* a run/);
  // Another batch size is another pace.
  await page.getByLabel('Batch size', { exact: true }).fill('20');
  await expect(preview.getByText(/^About .* in all/)).toHaveCount(0);
  await page.getByLabel('Batch size', { exact: true }).fill('50');
  await expect(preview.getByText(/^About .* in all/)).toBeVisible();
});

test('a measurement can be cancelled', async ({ lab: { page } }) => {
  await openForm(page);
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByRole('button', { name: 'Measure a few steps' }).click();
  await preview.getByRole('button', { name: 'Cancel' }).click();
  await expect(preview.getByRole('button', { name: 'Measure a few steps' })).toBeVisible();
  await expect(preview.getByRole('alert')).toHaveCount(0);
});
