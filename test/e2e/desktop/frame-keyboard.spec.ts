import { expect, test } from './app-fixture.ts';
import { findInPalette } from './palette.ts';
import { importTrainedStudy, TRAINED_STUDY } from './trained-home.ts';

test.beforeEach(({ home }) => importTrainedStudy(home));
test.beforeEach(({ lab: { page } }) => expect(page.getByRole('heading', { level: 1 })).toHaveText('Studies'));

test('keys go from view to view, and the focus follows to the heading', async ({ lab: { page } }) => {
  const heading = page.getByRole('heading', { level: 1 });
  for (const [keys, title] of [
    ['gr', 'Runs'],
    ['gq', 'Queue'],
    ['gd', 'Data sets'],
    ['g.', 'Settings'],
    ['n', 'New study'],
    ['gs', 'Studies'],
  ]) {
    for (const key of keys ?? '') await page.keyboard.press(key);
    await expect(heading).toHaveText(title ?? '');
    await expect(heading).toBeFocused();
  }
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(heading).toHaveText('New study');
});

test('the palette finds commands, studies and runs by words', async ({ lab: { page } }) => {
  const field = page.getByRole('combobox', { name: 'Find a study' });
  await findInPalette(page, 'linear fashion');
  const study = page.getByRole('option', { name: TRAINED_STUDY.name });
  await expect(study.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/studies\/\w+$/);

  // Until the palette has closed, its key is typed into it.
  await expect(field).toHaveCount(0);
  await findInPalette(page, 'seed 2 cubic');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/runs\/\w+$/);
  await expect(field).toHaveCount(0);

  await findInPalette(page, 'no such thing');
  await expect(page.getByRole('dialog')).toContainText('Nothing has these words in its name.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the palette takes the key right behind its own, before anything was drawn', async ({ lab: { page } }) => {
  const focused = await page.evaluate(`(async () => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true }));
    // All that is sure to happen between two keys.
    await Promise.resolve();
    return document.activeElement.getAttribute('placeholder');
  })()`);
  expect(focused).toBe('Find a study, a run or a command');
});

test('the shortcut sheet lists every key, and keys rest while it is open', async ({ lab: { page } }) => {
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  for (const title of ['Go to runs', 'New study', 'Filter what is shown', 'Add a data set'])
    await expect(sheet.getByText(title)).toBeVisible();
  await page.keyboard.press('n');
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(page).toHaveURL(/#\/datasets$/);
});

test('keys are letters while one types', async ({ lab: { page } }) => {
  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  await page.getByRole('button', { name: 'Add a data set' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('');
  await page.keyboard.type('gn?');
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('gn?');
  await expect(page).toHaveURL(/#\/datasets$/);
});

test('the first Tab leads past the rail', async ({ lab: { page } }) => {
  await page.keyboard.press('Tab');
  const skip = page.getByRole('button', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});
