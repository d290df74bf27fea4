import { expect, test } from './app-fixture.ts';

test('opens on the studies, and the page has nothing to complain about', async ({ lab: { page } }) => {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Studies' })).toBeVisible();
  await expect(page).toHaveTitle(/FreezeOut Lab/);
  await expect(page.getByRole('button', { name: 'Start the quick study' })).toBeEnabled();
  expect(complaints).toEqual([]);
});
