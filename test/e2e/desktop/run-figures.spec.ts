import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { RunDetail } from '../../../src-main/core/records.ts';
import { test as base, expect, openApp } from './app-fixture.ts';
import { ownerOf } from './owner-client.ts';
import { importProfiledStudy, importTrainedStudy, TRAINED_RUNS } from './trained-home.ts';

const RUN = TRAINED_RUNS[1] ?? '';

/** The app on a home with the trained study, at the page of one of its policy's runs. */
const test = base.extend<{ readonly run: RunDetail }>({
  lab: async ({ home }, use) => {
    importTrainedStudy(home);
    const lab = await openApp({ home });
    await lab.page.evaluate(`window.location.hash = '#/runs/${RUN}'`);
    await use(lab);
    await lab.app.close();
  },
  run: async ({ home, lab: _ }, use) => {
    const connection = await ownerOf(home);
    await use(await connection.client.runs.show({ run: RUN }));
    connection.close();
  },
});

function card(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: true });
}

/** A canvas, as far as this folder's types know one. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** How many colours a chart's canvas shows: 1 where it is blank. */
function colours(chart: Locator): Promise<number> {
  return chart.locator('canvas').evaluate((element) => {
    const canvas = element as unknown as Canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}

/** As the page writes it: four digits. */
function plain(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

test('charts are drawn, and their tables hold the numbers of the database', async ({ lab: { page }, run }) => {
  for (const title of ['Validation error', 'Training loss', 'Freeze timeline', 'Loss of sampled batches']) {
    await expect.poll(() => colours(card(page, title))).toBeGreaterThan(10);
  }
  const errors = card(page, 'Validation error');
  await errors.getByRole('button', { name: 'Table' }).click();
  const rows = errors.getByRole('row');
  await expect(rows).toHaveCount(run.epochs.length + 1);
  for (const [index, epoch] of run.epochs.entries()) {
    await expect(rows.nth(index + 1)).toContainText(`${plain(100 * (epoch.validationError ?? Number.NaN))}`);
  }
});

test('the keyboard moves through a chart and says where it is; zooming is undone', async ({ lab: { page }, run }) => {
  const errors = card(page, 'Validation error');
  const chart = errors.getByRole('application');
  await expect.poll(() => colours(errors)).toBeGreaterThan(10);
  await chart.focus();
  await page.keyboard.press('ArrowRight');
  const first = 100 * (run.epochs[0]?.validationError ?? Number.NaN);
  await expect(chart.getByText(`validation error (%): ${plain(first)}, epoch: 1, run ${RUN}`)).toBeAttached();
  await page.keyboard.press('End');
  await expect(chart.getByText(new RegExp(`epoch: ${run.epochs.length}, `))).toBeAttached();
  await page.keyboard.press('+');
  await errors.getByRole('button', { name: 'Reset zoom' }).click();
  await expect(errors.getByRole('button', { name: 'Reset zoom' })).toHaveCount(0);
  await chart.focus();
  await page.keyboard.press('+');
  await page.keyboard.press('0');
  await expect(errors.getByRole('button', { name: 'Reset zoom' })).toHaveCount(0);
});

test('dragging zooms into a part, which the export then shows', async ({ home, lab: { app, page } }) => {
  const path = join(home, 'zoomed.svg');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  const errors = card(page, 'Validation error');
  await expect.poll(() => colours(errors)).toBeGreaterThan(10);
  const box = await errors.locator('canvas').boundingBox();
  if (box === null) throw new Error('The chart has no place.');
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 0.4 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.6 * box.width, box.y + 0.7 * box.height, { steps: 4 });
  await page.mouse.up();
  await expect(errors.getByRole('button', { name: 'Reset zoom' })).toBeVisible();

  await errors.getByRole('button', { name: 'Export …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export: Validation error' });
  await expect(dialog.getByAltText('The figure as it will be saved')).toBeVisible();
  await dialog.getByRole('radio', { name: 'one column' }).check({ force: true });
  await dialog.getByRole('button', { name: 'Save …' }).click();
  await expect(page.getByText('Saved zoomed.svg.')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  const svg = readFileSync(path, 'utf8');
  expect(svg).toContain('width="84mm"');
  expect(svg).toContain('validation error (%)');
  // The whole axis begins at epoch 1; the part that was marked does not.
  expect(svg).not.toMatch(/<text[^>]*>1<\/text>/);
});

test('tags and a note are kept; what differs from the defaults is marked', async ({ home, lab: { page }, run }) => {
  const marks = page.getByRole('region', { name: 'Tags and note' });
  await marks.getByLabel('Add a tag').fill('for the paper');
  await page.keyboard.press('Enter');
  await expect(marks.getByRole('button', { name: 'Remove for the paper' })).toBeVisible();
  await marks.getByLabel('Note').fill('The one of figure 3.');
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await expect(page.getByRole('region', { name: 'Network' })).toContainText(/not DenseNet-BC 76/);
  const connection = await ownerOf(home);
  await expect.poll(async () => (await connection.client.runs.show({ run: run.id })).note).toBe('The one of figure 3.');
  expect((await connection.client.runs.show({ run: run.id })).tags).toEqual(['for the paper']);
  connection.close();
});

base('the step times at each freeze depth stand against the cost model', async ({ home }) => {
  importProfiledStudy(home, RUN, [0.24, 0.3, 0.4, 0.02, 0.5, 0.55]);
  const { app, page } = await openApp({ home });
  await page.evaluate(`window.location.hash = '#/runs/${RUN}'`);
  await page.getByRole('tab', { name: 'Time' }).click();
  await expect.poll(() => colours(card(page, 'Step at each freeze depth'))).toBeGreaterThan(10);
  const profile = card(page, 'Step times by freeze depth');
  await expect(profile.getByRole('row')).toHaveCount(7);
  await expect(profile.getByRole('row').nth(4)).toContainText('2.0 %');
  await expect(profile.getByText(/^Frozen work is not skipped: with 4 layers frozen /)).toBeVisible();
  await expect(page.getByText('30.0 %').first()).toBeVisible();
  await app.close();
});
