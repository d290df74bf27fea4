import type { Page } from '@playwright/test';
import { expect } from './app-fixture.ts';

/** Opens the palette by its key, and types once it takes what is typed. */
export async function findInPalette(page: Page, words: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('combobox', { name: 'Find a study' })).toBeFocused();
  await page.keyboard.type(words);
}

/** Runs a command by its title, as the palette shows it. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await findInPalette(page, title);
  await expect(page.getByRole('dialog').getByRole('option').first()).toContainText(title);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Find a study' })).toHaveCount(0);
}
