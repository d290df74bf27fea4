import type { Page } from '@playwright/test';
import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { importAsResNet, importTrainedStudy, TRAINED_STUDY } from './trained-home.ts';

const list = (page: Page) => page.getByRole('table', { name: 'Studies' });
const tab = (page: Page, name: string) => page.getByRole('radio', { name });

test.beforeEach(({ home }) => {
  importTrainedStudy(home);
  importAsResNet(home);
});

test('a study is tagged, noted, renamed, archived, deleted and taken back, by mouse and keys', async ({
  lab: { page },
}) => {
  test.slow();
  await list(page).getByRole('link', { name: 'a ResNet' }).click();
  await page.getByRole('textbox', { name: 'Add a tag' }).fill('for the paper');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove for the paper' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Note' }).fill('freezes too late');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Rename …' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('late ResNet');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('late ResNet');
  expect(await violations(page)).toEqual([]);

  await page.getByRole('link', { name: 'Studies', exact: true }).click();
  await expect(list(page).getByRole('row')).toHaveCount(3);
  await expect(list(page).getByText('freezes too late')).toBeVisible();
  await page.getByRole('combobox', { name: 'Only with the tag' }).selectOption('for the paper');
  await expect(list(page).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Remove for the paper' }).click();
  await page.getByRole('searchbox', { name: 'Search studies' }).fill('too late');
  await expect(list(page).getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Search studies' }).fill('');

  await page.getByRole('checkbox', { name: 'Choose late ResNet' }).check();
  await page.keyboard.press('e');
  await expect(tab(page, 'Archived 1')).toBeAttached();
  await expect(list(page).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(tab(page, 'Archived 0')).toBeAttached();

  await page.getByRole('checkbox', { name: 'Choose late ResNet' }).check();
  await page.keyboard.press('Delete');
  await expect(page.getByText('The study late ResNet and its 10 runs are in the trash.')).toBeVisible();
  await page.getByText('Trash 1').click();
  await list(page).getByRole('link', { name: 'late ResNet' }).click();
  await expect(page.getByRole('heading', { name: /^This study is in the trash with its \d+ runs$/ })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('freezes too late');

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('copy of late ResNet');
  await page.goBack();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByText('Trash 1').click();
  await page.getByRole('checkbox', { name: 'Choose late ResNet' }).check();
  await page.getByRole('button', { name: 'Delete for ever …' }).click();
  const question = page.getByRole('alertdialog', { name: 'Delete 1 study for ever?' });
  await expect(question).toContainText('This frees');
  await question.getByRole('button', { name: 'Delete for ever' }).click();
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
  await page.getByText('All 1', { exact: true }).click();
  await expect(list(page).getByRole('link', { name: TRAINED_STUDY.name })).toBeVisible();
});

test('a comparison says which of its studies are in the trash, and takes them back', async ({ lab: { page } }) => {
  await page.getByRole('checkbox', { name: 'Choose a ResNet' }).check();
  await page.getByRole('checkbox', { name: `Choose ${TRAINED_STUDY.name}`, exact: true }).check();
  await page.getByRole('button', { name: 'Compare 2 studies' }).click();
  await page.getByRole('button', { name: 'Save as …' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('both');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Studies', exact: true }).click();
  await list(page).getByRole('link', { name: 'a ResNet' }).click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByText('Until then the saved comparison both shows it no more.')).toBeVisible();
  await page.getByRole('link', { name: 'both' }).click();
  await expect(page.getByText('The study “a ResNet” is in the trash and left out here.')).toBeVisible();
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByText('is in the trash and left out here')).toHaveCount(0);
  await expect(page.getByRole('table', { name: 'Arms' }).getByRole('row')).toHaveCount(2 + 2 * 5);
});
