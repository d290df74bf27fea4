import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '#core/analysis/comparison.ts';
import { readPdf } from '../../support/drawn-pdf.ts';
import type { DrawnMark, Reading } from '../../support/drawn-svg.ts';
import { readAxes, svgMarks, svgTexts } from '../../support/drawn-svg.ts';
import { expect, type OpenedApp, test } from './app-fixture.ts';
import { openForm } from './form-page.ts';
import { labJson } from './lab-beside-app.ts';

/** Of the labels' font, in points: what lies between a label's baseline and the tick it belongs to. */
const BASELINE = 0.31 * 8;
/** The baseline, and the legend's words on pale marks, are grey; the only policy has a colour, a paler one where it saves no time. */
const GREY = /^#(..)\1\1$/;

/** The system's dialogs open behind the page's back: the next one to save a file answers with this path. */
async function answerSaveDialog({ app }: OpenedApp, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
}

/** Every arm with a pair has a mark at its one seed, which is its mean too, and the drawing has no others in colour. */
function expectPoints(marks: readonly DrawnMark[], reading: Reading, { arms }: Comparison): void {
  const first = arms.filter((arm) => (arm.of ?? arm.name) === 'cubic scaled 0.5');
  const places = first.flatMap((arm) =>
    arm.points.map(({ wall, errorDelta }) => ({ x: 100 * Number(wall), y: errorDelta })),
  );
  const drawn = marks.filter(({ colour, lineWidth }) => !GREY.test(colour) && lineWidth === 1.5).map(reading);
  // A seed, its mean, and the legend's.
  expect(drawn).toHaveLength(2 * places.length + 1);
  for (const { x, y } of places) {
    expect(drawn.filter((one) => Math.abs(one.x - x) < 0.2 && Math.abs(one.y - y) < 0.05)).toHaveLength(2);
  }
}

/** As the quick study, but so little that it trains in moments. */
const LITTLE_STUDY = {
  name: 'quick',
  base: {
    dataset: 'fashion-mnist',
    ...{ train: 300, validation: 0, test: 100 },
    model: { kind: 'densenet-bc', depth: 10, growth: 4 },
    ...{ epochs: 2, batchSize: 50 },
  },
  arms: [{ kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true }],
  seeds: [1],
  equalTimeBaseline: false,
};

/** The real quick study takes minutes to its first point: `npm run soak:journey` waits for it. */
const isWhole = process.env.WHOLE_QUICK_STUDY === '1';

async function startLittleStudy({ page }: OpenedApp): Promise<void> {
  await openForm(page);
  await page.getByRole('button', { name: 'Spec as JSON' }).click();
  await page.getByLabel('Paste a study spec or a run spec').fill(JSON.stringify(LITTLE_STUDY));
  await page.getByRole('button', { name: 'Fill the form with it' }).click();
  await page.getByRole('button', { name: 'Start the study' }).click();
}

test('an empty home leads to the plot of its own study, and to its PDF', async ({ lab, home }) => {
  if (isWhole) test.setTimeout(420_000);
  const { page } = lab;
  if (isWhole) await page.getByRole('button', { name: 'Start the quick study' }).click();
  else await startLittleStudy(lab);
  await expect(page.getByRole('heading', { level: 1, name: 'quick' })).toBeVisible();

  // The baseline and the first policy: the plot has its first point, and the rest may wait.
  const plot = page.getByRole('region', { name: 'Time saved against accuracy lost' }).last();
  await expect(plot.locator('canvas')).toBeVisible({ timeout: isWhole ? 360_000 : 120_000 });
  if (isWhole) await page.getByRole('button', { name: 'Pause all' }).click();
  // A trainer that starts up, or profiles its run, hears of it only then.
  const running = async () => (await runStatuses(home)).filter((status) => status === 'running');
  await expect.poll(running, { timeout: 30_000 }).toEqual([]);

  const comparison = await labJson<Comparison>(home, ['compare', 'quick']);
  const arm = comparison.arms.find(({ name }) => name === 'cubic scaled 0.5');
  expect(arm?.points).toHaveLength(1);
  const row = page.getByRole('row').filter({ hasText: 'cubic scaled 0.5' }).first();
  await expect(row).toContainText(`${(100 * Number(arm?.saved.wall)).toFixed(1)} %`.replace('-', '−'));

  await plot.getByRole('button', { name: /Export/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img')).toBeVisible();
  for (const format of ['PDF', 'SVG']) {
    const path = join(home, `figure.${format.toLowerCase()}`);
    await answerSaveDialog(lab, path);
    await expectSaved(lab, format);
    const data = readFileSync(path);
    if (format === 'PDF') {
      const { texts, marks, images, fonts } = await readPdf(data);
      expectPoints(marks, readAxes(texts, { baseline: BASELINE }), comparison);
      expect(images).toBe(0);
      expect(fonts.every((font) => font.isEmbedded)).toBe(true);
      expect(texts.map(({ text }) => text)).toContain('training time saved (wall clock, %)');
    } else {
      const svg = data.toString('utf8');
      expectPoints(svgMarks(svg), readAxes(svgTexts(svg)), comparison);
    }
    await plot.getByRole('button', { name: /Export/ }).click();
  }
});

async function runStatuses(home: string): Promise<string[]> {
  const runs = await labJson<{ readonly status: string }[]>(home, ['runs', 'list']);
  return runs.map(({ status }) => status);
}

async function expectSaved({ page }: OpenedApp, format: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Format').selectOption(format.toLowerCase());
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`Saved figure.${format.toLowerCase()}.`)).toBeVisible();
}
