import { expect, openApp, test } from './app-fixture.ts';

test('the theme follows the system, then the choice, at once', async ({ lab: { page } }) => {
  const root = page.locator('html');
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(root).toHaveAttribute('data-theme', 'dark');
  expect(await ground()).toBe('rgb(21, 21, 23)');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(root).toHaveAttribute('data-theme', 'light');
  expect(await ground()).toBe('rgb(255, 255, 255)');

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toHaveText('Saved: the theme is dark.');
});

test('settings are there again after a restart', async ({ home }) => {
  const first = await openApp({ home });
  await first.page.getByRole('link', { name: 'Settings' }).click();
  await first.page.getByRole('radio', { name: 'Dark' }).check();
  await first.page.getByRole('combobox', { name: 'Device of new studies' }).selectOption('cpu');
  const threads = first.page.getByRole('textbox', { name: 'Threads within an operation' });
  await threads.fill('many');
  await expect(threads).toHaveAttribute('aria-invalid', 'true');
  await expect(first.page.getByText(/^Type a whole number from 1 to 1024/)).toBeVisible();
  await threads.fill('2');
  await threads.press('Enter');
  await expect(first.page.getByText('Saved: new runs take 2 threads.')).toBeVisible();
  await first.page.getByRole('switch', { name: 'Notify when' }).click();
  await first.page.getByRole('combobox', { name: 'Closing the window' }).selectOption('pause');
  await expect(first.page.getByText('Saved: closing the window pauses what trains.')).toBeVisible();
  await first.app.close();

  const { app, page } = await openApp({ home });
  // From the first paint on: the page has no time to ask for its settings.
  await page.emulateMedia({ colorScheme: 'light' });
  await page.addInitScript(`new MutationObserver(() => {
    (window.themes ??= []).push(document.documentElement.dataset.theme);
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-theme'] })`);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(new Set((await page.evaluate('window.themes')) as string[])).toEqual(new Set(['dark']));
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(page.getByRole('combobox', { name: 'Device of new studies' })).toHaveValue('cpu');
  await expect(page.getByRole('textbox', { name: 'Threads within an operation' })).toHaveValue('2');
  await expect(page.getByRole('switch', { name: 'Notify when' })).toHaveAttribute('aria-checked', 'false');
  await expect(page.getByRole('combobox', { name: 'Closing the window' })).toHaveValue('pause');
  await app.close();
});

test('what this machine has is said, and the citation can be copied', async ({ home, lab: { app, page } }) => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText(home, { exact: true })).toBeVisible();
  await expect(page.getByText('Nothing is missing for training.')).toBeVisible();
  await expect(page.getByText('tensorflow-cpu', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Copy the BibTeX' }).click();
  await expect(page.getByText('The citation was copied.')).toBeVisible();
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain('@article{brock2017freezeout,');
});
