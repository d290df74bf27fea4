import { expect, test } from './app-fixture.ts';

test('opens on the studies, with nothing wrong in the page', async ({ lab: { page } }) => {
  await expect(page.getByRole('heading', { level: 1, name: 'Studies' })).toBeVisible();
  await expect(page).toHaveTitle(/FreezeOut Lab/);
});
