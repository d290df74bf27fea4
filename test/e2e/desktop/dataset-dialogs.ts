import { basename } from 'node:path';
import { type ElectronApplication, expect, type Locator, type Page } from '@playwright/test';

/** The user chooses this in the system's dialog, which no test can click. */
export function chooseInDialog(app: ElectronApplication, path: string): Promise<void> {
  return app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);
}

/** Chooses a folder in the panel. A name that is typed before it is there would meet the one that is suggested from it. */
export async function chooseFolder(app: ElectronApplication, panel: Locator, folder: string): Promise<void> {
  await chooseInDialog(app, folder);
  await panel.getByRole('button', { name: 'Choose a folder' }).click();
  await expect(panel.getByText(basename(folder), { exact: true })).toBeVisible();
}

interface AddedFolder {
  readonly folder: string;
  readonly name: string;
  readonly size: number;
}

/** Adds a folder of images in the view of the data sets. */
export async function addImageFolder(
  { app, page }: { readonly app: ElectronApplication; readonly page: Page },
  { folder, name, size }: AddedFolder,
): Promise<void> {
  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  await page.getByRole('button', { name: 'Add a data set' }).click();
  const panel = page.getByRole('complementary');
  await panel.getByRole('combobox', { name: 'Kind' }).selectOption('image-folder');
  await chooseFolder(app, panel, folder);
  await panel.getByRole('textbox', { name: 'Name' }).fill(name);
  await panel.getByRole('textbox', { name: 'Size' }).fill(String(size));
  await panel.getByRole('button', { name: 'Add the data set' }).click();
}
