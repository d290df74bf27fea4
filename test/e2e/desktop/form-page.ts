import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import type { StudyRecord } from '#core/records.ts';
import { expect } from './app-fixture.ts';

const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));

/** Opens the form and waits until it can be filled in. */
export async function openForm(page: Page): Promise<void> {
  await page.evaluate("window.location.hash = '#/studies/new'");
  await expect(page.getByRole('button', { name: 'Start the study' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Arms' })).toBeVisible();
}

/** So little that a run takes a moment. */
export async function makeTiny(page: Page): Promise<void> {
  for (const [label, value] of [
    ['Training images', '100'],
    ['Validation images', '0'],
    ['Test images', '50'],
    ['Growth rate', '2'],
    ['Epochs', '1'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await page.getByLabel('linear', { exact: true }).uncheck();
  await page.getByLabel('cubic', { exact: true }).uncheck();
  await page.getByLabel(/Equal-time baseline/).uncheck();
}

/** What the home holds of a study, as another program sees it. */
export function studyOf(home: string, name: string): StudyRecord {
  const json = execFileSync(process.execPath, [LAB, 'studies', 'show', name, '--json', '--home', home], {
    stdio: 'pipe',
  });
  return JSON.parse(json.toString());
}

export function curvePoints(page: Page): Locator {
  return page.getByRole('application', { name: 'Curve 1: freezing curve' }).getByRole('slider');
}

/** What a point says of itself: "x 0.25, r 0.4". */
export async function pointTexts(page: Page): Promise<string[]> {
  const points = await curvePoints(page).all();
  return Promise.all(points.map(async (point) => (await point.getAttribute('aria-valuetext')) ?? ''));
}
