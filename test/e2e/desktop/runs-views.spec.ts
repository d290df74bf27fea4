import type { Page } from '@playwright/test';
import { expect, openApp, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { runCommand } from './palette.ts';
import { importTrainedStudy } from './trained-home.ts';

const rows = (page: Page) => page.getByRole('grid', { name: 'Runs' }).locator('tbody').getByRole('row');
const filter = (page: Page) => page.getByRole('combobox', { name: 'Filter runs' });
const heads = (page: Page) => page.getByRole('grid', { name: 'Runs' }).getByRole('columnheader');

async function openRuns(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(rows(page).first()).toBeVisible();
}

test.beforeEach(({ home }) => importTrainedStudy(home));

test('a view of the runs is saved under a name, and arranges the table again after a restart', async ({ home }) => {
  const first = await openApp({ home });
  const { page } = first;
  await openRuns(page);
  await filter(page).fill('arm:cubic -"equal time"');
  await expect(rows(page)).toHaveCount(2);
  await heads(page).filter({ hasText: 'test error' }).getByRole('button').click();
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('checkbox', { name: 'tags', exact: true }).uncheck();
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('combobox', { name: 'Group by' }).selectOption({ label: 'arm' });
  await expect(rows(page)).toHaveCount(1);

  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view …' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('Cubic arms');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'View Cubic arms', exact: true })).toBeVisible();
  await filter(page).fill('finished');
  await expect(page.getByRole('button', { name: 'View Cubic arms, changed' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove arm' }).click();
  await first.app.close();

  const second = await openApp({ home });
  try {
    const again = second.page;
    await openRuns(again);
    await expect(rows(again)).not.toHaveCount(1);
    await again.getByRole('button', { name: 'Views' }).click();
    await again.getByRole('menuitemcheckbox', { name: 'Cubic arms' }).click();
    await expect(rows(again)).toHaveCount(1);
    await expect(filter(again)).toHaveValue('arm:cubic -"equal time"');
    await expect(heads(again).filter({ hasText: 'test error' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(heads(again).filter({ hasText: 'tags' })).toHaveCount(0);
    await expect(again.getByRole('button', { name: 'View Cubic arms', exact: true })).toBeVisible();
  } finally {
    await second.app.close();
  }
});

test('by the keyboard alone: chosen in the palette, saved again, renamed, deleted and brought back', async ({
  lab: { page },
}) => {
  await openRuns(page);
  const all = await rows(page).count();
  await filter(page).fill('seed 1');
  await runCommand(page, 'Save this view of the runs');
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.type('First seeds');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'View First seeds', exact: true })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { name: 'Studies', exact: true })).toBeVisible();
  await runCommand(page, 'First seeds');
  await expect(rows(page)).toHaveCount(all / 2);
  await expect(filter(page)).toHaveValue('seed 1');

  const menu = page.getByRole('button', { name: 'View First seeds', exact: true });
  await menu.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemcheckbox', { name: 'First seeds' })).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();

  await filter(page).fill('seed 2');
  await runCommand(page, 'Save the changes to “First seeds”');
  await expect(menu).toBeVisible();
  await runCommand(page, 'Rename “First seeds”');
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('Second seeds');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'View Second seeds', exact: true })).toBeVisible();

  await runCommand(page, 'Delete “Second seeds”');
  await expect(page.getByRole('button', { name: 'Views', exact: true })).toBeVisible();
  await expect(filter(page)).toHaveValue('seed 2');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Views', exact: true }).click();
  await expect(page.getByRole('menuitemcheckbox', { name: 'Second seeds' })).toBeVisible();
});
