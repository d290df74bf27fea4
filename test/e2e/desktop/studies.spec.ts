import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { readPrintedPdf } from '../../support/printed-pdf.ts';
import { expect, test } from './app-fixture.ts';
import { importTrainedStudy, TRAINED_STUDY } from './trained-home.ts';

const EVENTS = fileURLToPath(new URL('../../fixtures/trained-study.ndjson', import.meta.url));

interface Line {
  readonly type: string;
  readonly runId: string;
  readonly arm: string;
  readonly spec: { readonly seed: number; readonly test: number };
  readonly testError: number;
  readonly seconds: { readonly training: number };
}

/** The finished runs as the imported lines say them, read here without any code of the program. */
function finishedRuns(): {
  arm: string;
  seed: number;
  id: string;
  testError: number;
  seconds: number;
  images: number;
}[] {
  const lines: Line[] = readFileSync(EVENTS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const started = new Map(lines.filter(({ type }) => type === 'run.started').map((line) => [line.runId, line]));
  return lines
    .filter(({ type }) => type === 'run.finished')
    .map(({ runId, testError, seconds }) => {
      const { arm = '', spec = { seed: 0, test: 0 } } = started.get(runId) ?? {};
      return { arm, seed: spec.seed, id: runId, testError, seconds: seconds.training, images: spec.test };
    });
}

/** t(0.975, 1), for the two seeds that the study has. */
const STUDENT = 12.706204736432095;

/** Mean and 95 % interval of two paired differences: m -+ t sqrt((a - b)^2 / 4 + u^2), u^2 the mean variance of the pairs' rounding. */
function estimate(
  [a, b]: readonly [number, number],
  [first, second]: readonly [number, number] = [0, 0],
): readonly [number, number, number] {
  const [middle, half] = [(a + b) / 2, STUDENT * Math.sqrt((a - b) ** 2 / 4 + (first + second) / 2)];
  return [middle, middle - half, middle + half];
}

function pairsOf(arm: string, difference: (run: Run, baseline: Run) => number): readonly [number, number] {
  const of = (name: string, seed: number) => {
    const found = finishedRuns().find((run) => run.arm === name && run.seed === seed);
    if (found === undefined) throw new Error(`There is no finished run of ${name}, seed ${seed}.`);
    return found;
  };
  return [difference(of(arm, 1), of('baseline', 1)), difference(of(arm, 2), of('baseline', 2))];
}

type Run = ReturnType<typeof finishedRuns>[number];

const written = (value: number, decimals: number) => value.toFixed(decimals).replace('-', '−');
const signed = (value: number, decimals: number) => (value > 0 ? '+' : '') + written(value, decimals);

async function openStudy(page: Page): Promise<Locator> {
  await page.getByRole('link', { name: TRAINED_STUDY.name }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TRAINED_STUDY.name);
  return page.getByRole('table', { name: 'Arms' });
}

const arms = (table: Locator, name: string) => table.getByRole('row').filter({ hasText: name }).first();

test.describe('a home with a trained study', () => {
  test.beforeEach(({ home }) => importTrainedStudy(home));

  test('lists it with its headline, and finds it by its words', async ({ lab: { page } }) => {
    const [saved] = estimate(
      pairsOf('linear plain 0.5', (run, baseline) => 100 * (1 - run.seconds / baseline.seconds)),
    );
    const [points] = estimate(
      pairsOf('linear plain 0.5', (run, baseline) => 100 * (run.testError - baseline.testError)),
    );
    // Both policies cost more than the margin; the linear one costs less of the two.
    const [cubicPoints] = estimate(
      pairsOf('cubic scaled 0.5', (run, baseline) => 100 * (run.testError - baseline.testError)),
    );
    expect([points > 0.5, cubicPoints > points]).toEqual([true, true]);
    const closest = `linear plain 0.5: ${written(saved, 0)} % less time (${written(1 / (1 - saved / 100), 1)}x), ${signed(points, 1)} points`;
    await expect(page.getByText('by the means no policy saves time within 0.5 points')).toHaveText(
      `by the means no policy saves time within 0.5 points: not shown, n = 2: two seeds cannot show anything; add at least one; closest ${closest}`,
    );
    await expect(page.getByText('10 runs finished')).toBeVisible();
    await page.keyboard.press('/');
    await page.keyboard.type('densenet cubic');
    await expect(page.getByText('1 found')).toBeVisible();
    await page.keyboard.type(' vgg');
    await expect(page.getByText('No study holds these words')).toBeVisible();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('searchbox').press('ArrowDown');
    await expect(page.getByRole('link', { name: TRAINED_STUDY.name })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(TRAINED_STUDY.name);
  });

  test('has the numbers of the imported runs in its table', async ({ lab: { page } }) => {
    const table = await openStudy(page);
    for (const name of ['cubic scaled 0.5', 'linear plain 0.5']) {
      const wall = estimate(
        pairsOf(name, (run, baseline) => 100 * (1 - run.seconds / baseline.seconds)),
        // Milliseconds.
        pairsOf(name, (run, { seconds }) => ((0.1 / seconds) ** 2 / 12) * (1 + (run.seconds / seconds) ** 2)),
      );
      const delta = estimate(
        pairsOf(name, (run, baseline) => 100 * (run.testError - baseline.testError)),
        pairsOf(name, ({ images }) => (2 / 12) * (100 / images) ** 2),
      );
      const relative = estimate(
        pairsOf(name, (run, baseline) => (100 * (run.testError - baseline.testError)) / baseline.testError),
        pairsOf(name, ({ images, testError }, baseline) => {
          const ratio = testError / baseline.testError;
          return ((100 / images / baseline.testError) ** 2 / 12) * (1 + ratio ** 2);
        }),
      );
      const row = arms(table, name);
      await expect(row).toContainText(`${written(wall[0], 1)} %`);
      await expect(row).toContainText(`${written(wall[1], 1)} to ${written(wall[2], 1)}`);
      await expect(row).toContainText(signed(delta[0], 2));
      await expect(row).toContainText(`${signed(delta[1], 2)} to ${signed(delta[2], 2)}`);
      await expect(row).toContainText(`${signed(relative[0], 1)} %`);
      await expect(row).toContainText(`${written(relative[1], 1)} to ${written(relative[2], 1)}`);
    }
    await expect(page.getByRole('list', { name: 'Verdicts' }).getByRole('listitem')).toHaveCount(4);
    const compute = table.getByRole('button', { name: 'Time saved compute' });
    await compute.click();
    await expect(table.getByRole('columnheader', { name: 'compute' })).toHaveAttribute('aria-sort', 'descending');
    await expect(table.getByRole('row').nth(2)).toContainText('cubic scaled 0.5');
    await compute.click();
    await expect(table.getByRole('row').nth(2)).toContainText('baseline');
  });

  test('lights an arm up everywhere, by keyboard and by mouse, and opens its runs', async ({ lab: { page } }) => {
    const table = await openStudy(page);
    const row = arms(table, 'linear plain 0.5');
    await row.hover();
    await expect(row).toHaveAttribute('data-highlighted', 'true');
    await page.mouse.move(0, 0);
    await expect(row).not.toHaveAttribute('data-highlighted');
    const link = row.getByRole('link', { name: 'Open linear plain 0.5, seed 2' });
    await link.focus();
    await expect(row).toHaveAttribute('data-highlighted', 'true');

    const chart = page.getByRole('application', { name: /^Time saved against accuracy lost/ });
    await chart.focus();
    for (let moves = 0; moves < 12; moves += 1) {
      await page.keyboard.press('ArrowDown');
      if ((await table.locator('[data-highlighted]').count()) > 0) break;
    }
    await expect(table.locator('[data-highlighted]')).toHaveCount(1);
    await link.click();
    const run = finishedRuns().find(({ arm, seed }) => arm === 'linear plain 0.5' && seed === 2);
    await expect(page).toHaveURL(new RegExp(`#/runs/${run?.id}$`));
  });

  test('draws other measures on other axes', async ({ lab: { page } }) => {
    await openStudy(page);
    const figure = page.getByRole('region', { name: 'Time saved against accuracy lost' }).last();
    await figure.getByRole('button', { name: 'Table' }).click();
    const columns = figure.getByRole('columnheader');
    await expect(columns.filter({ hasText: 'saved_wall_percent' }).first()).toBeVisible();
    await page.getByText('Predicted compute').click();
    await page.getByText('Relative error').click();
    await expect(columns.filter({ hasText: 'saved_compute_percent' }).first()).toBeVisible();
    await expect(columns.filter({ hasText: 'relativeErrorIncrease_percent' }).first()).toBeVisible();
    await expect(columns.filter({ hasText: 'saved_wall_percent' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.goBack();
    await expect(page.getByRole('radio', { name: 'Predicted compute' })).toBeChecked();
  });

  test('takes new seeds and arms, says what they cost, and trains them', async ({ lab: { page } }) => {
    await openStudy(page);
    await page.getByRole('button', { name: 'Add seeds' }).click();
    const seeds = page.getByRole('textbox', { name: 'New seeds' });
    await expect(seeds).toHaveValue('3');
    await seeds.fill('2-3');
    await expect(page.getByText('Seed 2 is there already: leave it out.', { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add and train' })).toBeDisabled();
    await seeds.fill('3');
    await expect(page.getByText('1 seed in 5 arms: 5 runs, queued at once.')).toBeVisible();
    await page.getByRole('button', { name: 'Add and train' }).click();
    await expect(page.getByText('5 runs are queued.')).toBeVisible();
    await page.getByRole('button', { name: 'Pause all' }).click();
    await expect(page.getByText('10 of 15 runs finished, 5 paused')).toBeVisible({ timeout: 30_000 });

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Add arms' }).click();
    await page.getByRole('button', { name: 'Put on the list' }).click();
    await expect(page.getByText('1 arm, with its equal-time baseline, 3 seeds: 6 runs, queued at once.')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Put on the list' })).toHaveCount(0);
  });

  test('is saved as a table through the dialog of the system', async ({ home, lab: { app, page } }) => {
    await openStudy(page);
    const file = join(home, 'arms.csv');
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, file);
    await page.getByRole('button', { name: 'Export the study' }).click();
    await page.getByRole('menuitem', { name: 'Table of arms' }).click();
    await expect(page.getByText('Saved as arms.csv.')).toBeVisible();
    const text = readFileSync(file, 'utf8');
    for (const name of ['baseline', 'cubic scaled 0.5', 'linear plain 0.5']) expect(text).toContain(name);
  });

  test('is saved as a report in PDF, with every page numbered', async ({ home, lab: { app, page } }) => {
    await openStudy(page);
    const file = join(home, 'report.pdf');
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, file);
    await page.getByRole('button', { name: 'Export the study' }).click();
    await page.getByRole('menuitem', { name: 'Report (PDF)' }).click();
    await expect(page.getByText('Saved as report.pdf.')).toBeVisible({ timeout: 20_000 });
    const { pages, size, texts, outline, isTagged } = await readPrintedPdf(readFileSync(file));
    expect(pages).toBeGreaterThan(4);
    expect(size.map(Math.round)).toEqual([595, 842]);
    expect(isTagged).toBe(true);
    expect(outline).toEqual(expect.arrayContaining(['Answer', 'Methods', 'Repeat it']));
    texts.forEach((text, index) => {
      expect(text.replaceAll(/\s/g, '')).toContain(`${index + 1}/${pages}`);
    });
    expect(app.windows()).toHaveLength(1);
  });

  test('copies its arms as a clean table, as a whole and what is marked of it', async ({ lab: { app, page } }) => {
    await openStudy(page);
    const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
    await page.getByRole('button', { name: 'Copy the table' }).click();
    await expect.poll(copied).toMatch(/^arm\trole\ttime saved wall clock \(%\)\t/);
    await page.evaluate(`(() => {
      const [first, second] = document.querySelector('table[aria-label="Arms"]').tBodies[0].rows;
      document.getSelection().setBaseAndExtent(first, 0, second, second.childNodes.length);
    })()`);
    await page.keyboard.press('ControlOrMeta+c');
    await expect.poll(copied).toMatch(/^baseline\t/);
    const lines = (await copied()).split('\n');
    expect(lines).toHaveLength(2);
    expect(new Set(lines.map((line) => line.split('\t').length)).size).toBe(1);
    expect(lines.join()).not.toMatch(/[▸▾●–]|not known|Details/);
    const plot = page.getByRole('region', { name: 'Time saved against accuracy lost' });
    await plot.getByRole('button', { name: 'Copy the figure' }).click();
    await page.getByRole('menuitem', { name: 'Copy as SVG' }).click();
    await expect.poll(copied, { timeout: 20_000 }).toMatch(/<svg.*baseline.*<\/svg>\s*$/s);
    await plot.getByRole('application').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy as an image (PNG)' }).click();
    await expect(page.getByText('The figure is on the clipboard, as an image (PNG).')).toBeVisible({ timeout: 20_000 });
    const image = () =>
      app.evaluate(({ clipboard }) => {
        const older = clipboard as unknown as { readImage?: () => { getSize(): { width: number } } };
        return older.readImage?.().getSize().width ?? null;
      });
    // 174 mm at 300 dpi.
    expect([2055, null]).toContain(await image());
  });

  test('is renamed, in place and in the list', async ({ lab: { page } }) => {
    await openStudy(page);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('another name');
    await page.getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('another name');
    await page.getByRole('link', { name: 'Studies' }).click();
    await expect(page.getByRole('link', { name: 'another name' })).toBeVisible();
  });
});

test('an empty home starts the quick study, which can be paused', async ({ lab: { page } }) => {
  await expect(page.getByText(/about 4 minutes on two cores/)).toBeVisible();
  await page.getByRole('button', { name: 'Start the quick study' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('quick');
  await expect(
    page.getByText('The first point appears when the baseline of seed 1 and an arm have finished.'),
  ).toBeVisible();
  await expect(page.getByText(/^0 of 7 runs finished, 1 running, 6 queued$/)).toBeVisible({ timeout: 20_000 });
  // Nothing is missing while every run waits or trains.
  await expect(page.getByRole('button', { name: 'Train what is missing' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Pause all' }).click();
  await expect(page.getByText(/^0 of 7 runs finished, 7 paused$/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Train what is missing' })).toBeVisible();
});
