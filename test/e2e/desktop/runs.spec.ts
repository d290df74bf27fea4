import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from './app-fixture.ts';
import { violations } from './axe.ts';
import { findInPalette } from './palette.ts';
import { importTrainedStudy } from './trained-home.ts';

const EVENTS = fileURLToPath(new URL('../../fixtures/trained-study.ndjson', import.meta.url));

interface Line {
  readonly type: string;
  readonly runId: string;
  readonly arm: string;
  readonly spec: { readonly seed: number };
  readonly testError: number;
}

/** Runs with arm, seed and test error as the imported lines say them, read here without any code of the program. */
function trainedRuns(): { id: string; name: string; arm: string; testError: number }[] {
  const lines: Line[] = readFileSync(EVENTS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const errors = new Map(
    lines.filter(({ type }) => type === 'run.finished').map(({ runId, testError }) => [runId, testError]),
  );
  return lines
    .filter(({ type }) => type === 'run.started')
    .map(({ runId, arm, spec }) => ({
      id: runId,
      name: `${arm}, seed ${spec.seed}`,
      arm,
      testError: errors.get(runId) ?? Number.NaN,
    }));
}

const RUNS = trainedRuns();

const grid = (page: Page) => page.getByRole('grid', { name: 'Runs' });
/** Without the header. */
const rows = (page: Page) => grid(page).locator('tbody').getByRole('row');
const tab = (page: Page, name: string) => page.getByRole('radio', { name });
const box = (page: Page, name: string) => page.getByRole('checkbox', { name: `Choose ${name}`, exact: true });

async function openRuns(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(rows(page)).toHaveCount(RUNS.length);
}

test.beforeEach(({ home }) => importTrainedStudy(home));

test("filters in people's words, completes, says what is wrong and shows its parts", async ({ lab: { page } }) => {
  await openRuns(page);
  const filter = page.getByRole('combobox', { name: 'Filter runs' });
  await filter.pressSequentially('arm:cubic -"equal time"');
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByText('2 runs found')).toBeVisible();
  await filter.fill('');
  await filter.pressSequentially('rol');
  await expect(page.getByRole('option', { name: /^role:/ })).toBeVisible();
  await filter.press('ArrowDown');
  await filter.press('Enter');
  await expect(page.getByRole('option', { name: /^equal-time/ })).toBeVisible();
  await filter.pressSequentially('pol');
  await filter.press('ArrowDown');
  await filter.press('Tab');
  await expect(filter).toHaveValue('role:policy ');
  await expect(rows(page)).toHaveCount(RUNS.filter(({ arm }) => /plain|scaled/.test(arm) && !/equal/.test(arm)).length);
  await filter.fill('not failed test error < 100');
  await expect(rows(page)).toHaveCount(RUNS.length);
  await filter.fill('not failed sede=1');
  const wrong = 'There is no field “sede” (character 12): you may mean seed.';
  await expect(
    page.getByText(`${wrong} Until then the runs of “not failed test error < 100” are shown.`),
  ).toBeVisible();
  await expect(rows(page)).toHaveCount(RUNS.length);
  await page.getByRole('button', { name: 'Use “not failed seed=1”' }).click();
  await expect(rows(page)).toHaveCount(RUNS.length / 2);
  const parts = page.getByRole('list', { name: 'Parts of the filter' });
  await expect(parts.getByRole('listitem')).toHaveText([/^not failed/, /^seed is 1/]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(parts.getByRole('button', { name: 'not failed', exact: true })).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(filter).toHaveValue('seed=1');
  await parts.getByRole('button', { name: 'seed is 1', exact: true }).click();
  await page.keyboard.type('seed 2');
  await expect(rows(page)).toHaveCount(RUNS.length / 2);
  await expect(parts.getByRole('listitem')).toHaveText([/^seed: 2/]);
  expect(await violations(page)).toEqual([]);
  await parts.getByRole('button', { name: 'Remove seed: 2' }).click();
  await expect(rows(page)).toHaveCount(RUNS.length);
  await filter.fill('seed:99');
  await expect(page.getByRole('heading', { name: 'No run matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(rows(page)).toHaveCount(RUNS.length);
});

test('sorts by a number both ways, with those of the imported lines', async ({ lab: { page } }) => {
  await openRuns(page);
  const head = grid(page).getByRole('columnheader', { name: /test error/ });
  const byError = RUNS.map(({ testError }) => (100 * testError).toFixed(2)).toSorted((a, b) => Number(a) - Number(b));
  const column = Number(await head.getAttribute('aria-colindex'));
  const shown = () => grid(page).locator(`tbody td[aria-colindex="${column}"]`).allInnerTexts();
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  expect((await shown()).map((text) => text.trim())).toEqual(byError);
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  expect((await shown()).map((text) => text.trim())).toEqual(byError.toReversed());
});

test('groups seeds of one configuration, with mean, half width and n', async ({ lab: { page } }) => {
  await openRuns(page);
  await page.getByRole('combobox', { name: 'Group by' }).selectOption({ label: 'arm' });
  await expect(rows(page)).toHaveCount(5);
  const [a, b] = RUNS.filter(({ arm }) => arm === 'baseline').map(({ testError }) => 100 * testError);
  if (a === undefined || b === undefined) throw new Error('The baseline has two seeds.');
  // t(0.975, 1) s / sqrt(2) of two values is t |a - b| / 2.
  const half = (12.706204736432095 * Math.abs(a - b)) / 2;
  const baseline = rows(page).filter({ hasText: /Choose 2 runs of baseline(?!,)/ });
  await expect(baseline).toContainText('n = 2');
  await expect(baseline).toContainText(`${((a + b) / 2).toFixed(2)} ± ${half.toFixed(2)}`);
  await baseline.click();
  await expect(baseline).toHaveAttribute('aria-expanded', 'true');
  await expect(rows(page)).toHaveCount(7);
  await page.getByRole('button', { name: 'Remove arm' }).click();
  await expect(rows(page)).toHaveCount(RUNS.length);
});

test('chooses ranges with Shift at the boxes, by mouse and by keys, while the table stays where it is', async ({
  lab: { page },
}) => {
  await openRuns(page);
  const boxes = rows(page).getByRole('checkbox');
  const placeOf = async () => (await rows(page).nth(6).boundingBox())?.y;
  const before = await placeOf();
  await boxes.nth(1).click();
  await boxes.nth(4).click({ modifiers: ['Shift'] });
  await expect(page.getByText('4 runs chosen')).toBeVisible();
  await boxes.nth(6).click();
  await expect(page.getByText('5 runs chosen')).toBeVisible();
  expect(await placeOf()).toBe(before);
  // A box that is taken away with Shift takes all up to it away.
  await boxes.nth(3).click({ modifiers: ['Shift'] });
  await expect(page.getByText('2 runs chosen')).toBeVisible();
  await expect(grid(page)).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Space');
  await expect(page.getByText(`${RUNS.length} runs chosen`)).toBeVisible();
  await page.keyboard.press('Delete');
  const question = page.getByRole('alertdialog', { name: `Move ${RUNS.length} runs of 1 study to the trash?` });
  await expect(question).toContainText('Undo brings them back');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(rows(page)).toHaveCount(RUNS.length);
  await page.keyboard.press('Delete');
  await question.getByRole('button', { name: 'Move to the trash' }).click();
  await expect(page.getByRole('heading', { name: 'All runs are put away' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page)).toHaveCount(RUNS.length);
});

test('does what a right click, the menu key and Ctrl-Z ask for', async ({ lab: { app, page } }) => {
  await openRuns(page);
  const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
  const [first, second] = [rows(page).nth(0), rows(page).nth(1)];
  await first.click({ button: 'right' });
  await expect(page.getByText('1 run chosen')).toBeVisible();
  await page.getByRole('menuitem', { name: 'Copy the id of the run' }).click();
  await expect.poll(copied).toMatch(/^\w+$/);
  expect(RUNS.map(({ id }) => id)).toContain(await copied());
  await second.getByRole('checkbox').click({ modifiers: ['Shift'] });
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Copy the table of them' }).click();
  await expect.poll(async () => (await copied()).split('\n').length).toBe(3);
  expect((await copied()).split('\n')[0]).toMatch(/^id\trun\tstatus\t/);
  await expect(grid(page)).toBeFocused();
  await first.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Archive', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Archived 2' })).toBeAttached();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.getByRole('radio', { name: 'Archived 0' })).toBeAttached();
  await findInPalette(page, 'theme dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('tags, annotates, archives and takes back', async ({ lab: { page } }) => {
  await openRuns(page);
  await box(page, RUNS[0]?.name ?? '').check();
  await box(page, RUNS[1]?.name ?? '').check();
  await expect(page.getByText('2 runs chosen')).toBeVisible();
  await page.getByRole('button', { name: 'Tags', exact: true }).click();
  await page.getByRole('textbox', { name: 'New tag' }).fill('for the paper');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove for the paper' })).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('combobox', { name: 'Filter runs' }).fill('tag:"for the paper"');
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Archive', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Archived 2' })).toBeAttached();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('radio', { name: 'Archived 0' })).toBeAttached();
  await page.getByRole('button', { name: 'Details' }).click();
  await rows(page).first().click();
  await page.getByRole('textbox', { name: 'Note' }).fill('the best of them');
  await page.keyboard.press('Tab');
  await page.getByRole('combobox', { name: 'Filter runs' }).fill('note:best');
  await expect(rows(page)).toHaveCount(1);
});

test('deletes with undo, and for ever from the trash', async ({ lab: { page } }) => {
  await openRuns(page);
  const name = RUNS[2]?.name ?? '';
  await box(page, name).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(rows(page)).toHaveCount(RUNS.length - 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page)).toHaveCount(RUNS.length);
  await box(page, name).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Trash 1' })).toBeAttached();
  await page.getByText('Trash 1').click();
  await expect(rows(page)).toHaveCount(1);
  await box(page, name).check();
  await page.getByRole('button', { name: 'Delete for ever …' }).click();
  const question = page.getByRole('alertdialog', { name: 'Delete 1 run for ever?' });
  await expect(question).toContainText('This frees');
  await question.getByRole('button', { name: 'Delete for ever' }).click();
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
  await expect(tab(page, `All ${RUNS.length - 1}`)).toBeAttached();
});

test('keeps its columns, their order and widths for the next time', async ({ lab: { page } }) => {
  await openRuns(page);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'seed', exact: true }).check();
  await page.getByRole('checkbox', { name: 'study', exact: true }).uncheck();
  await page.getByRole('textbox', { name: 'Epoch' }).fill('2');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  const heads = async () =>
    (await grid(page).getByRole('columnheader').allInnerTexts()).map((text) => text.replace(/[↓↑]/, '').trim());
  expect((await heads()).slice(-2)).toEqual(['seed', 'validation error at epoch 2 (%)']);
  await grid(page).getByRole('columnheader', { name: 'seed' }).getByRole('button').press('Control+ArrowLeft');
  const before = await heads();
  expect(before.indexOf('seed')).toBe(before.indexOf('created') - 1);
  expect(before).not.toContain('study');
  await page.getByRole('link', { name: 'Studies', exact: true }).click();
  await openRuns(page);
  await expect.poll(heads).toEqual(before);
});

test('does all of it by keyboard', async ({ lab: { page } }) => {
  await expect(page.getByRole('link', { name: 'Runs', exact: true })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(rows(page)).toHaveCount(RUNS.length);
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: 'Filter runs' })).toBeFocused();
  await page.keyboard.type('seed:1');
  await page.keyboard.press('Enter');
  await expect(grid(page)).toBeFocused();
  await expect(rows(page)).toHaveCount(5);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('3 runs chosen')).toBeVisible();
  await page.keyboard.press('Control+a');
  await expect(page.getByText('5 runs chosen')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await expect(page.getByText('2 runs chosen')).toBeVisible();
  const current = await grid(page).getAttribute('aria-activedescendant');
  await expect(page.locator(`#${current}`)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Compare 2 runs');
  await page.goBack();
  await expect(rows(page)).toHaveCount(RUNS.length);
  await grid(page).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/runs\/[^/]+$/);
});
