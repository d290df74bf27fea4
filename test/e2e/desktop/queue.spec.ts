import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, openApp, test } from './app-fixture.ts';
import { LONG_RUN, ownerOf, startRun } from './owner-client.ts';

const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../../test-results/screenshots', import.meta.url));
const SIZES = [
  [900, 600],
  [1440, 900],
] as const;

/** The seeds in the order of the page's list. */
async function seedsOn(page: Page): Promise<string[]> {
  const items = page.getByRole('list', { name: 'What trains and waits' }).getByRole('listitem');
  const links = await items.getByRole('link', { name: /seed \d/ }).allTextContents();
  return links.map((text) => text.replace(/^.*seed /, ''));
}

test('runs wait in an order that keys, the pointer and `lab` change, and that outlives the app', async ({ home }) => {
  test.slow();
  const first = await openApp({ home });
  const { client, close } = await ownerOf(home);
  await client.queue.pause({});
  for (const seed of [1, 2, 3, 4]) await startRun(client, { ...LONG_RUN, seed });
  const { page } = first;
  await page.evaluate("location.hash = '#/queue'");
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Queue');
  await expect.poll(() => seedsOn(page)).toEqual(['1', '2', '3', '4']);
  await expect(page.getByText('Nothing trains, 4 wait; the queue is paused · time left not known yet')).toBeVisible();

  await page.getByRole('button', { name: /^Move .*seed 1: arrow keys/ }).focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => seedsOn(page)).toEqual(['2', '1', '3', '4']);
  await expect(page.getByText('seed 1, is now at place 2 of 4.')).toBeAttached();
  // The focus stays with the run, which can be moved on.
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => seedsOn(page)).toEqual(['2', '3', '1', '4']);
  await page.getByRole('button', { name: /^Train next: .*seed 4$/ }).click();
  await expect.poll(() => seedsOn(page)).toEqual(['4', '2', '3', '1']);
  const rows = page.getByRole('listitem');
  await rows.nth(3).dragTo(rows.nth(1));
  await expect.poll(() => seedsOn(page)).toEqual(['4', '1', '2', '3']);
  await page.getByRole('button', { name: /^Hold .*seed 4$/ }).click();
  await expect(rows.first()).toContainText('held');

  const { runs } = await client.queue.show({});
  const lab = (...words: string[]) =>
    execFileSync(process.execPath, [LAB, 'queue', ...words, '--home', home, '--json'], { encoding: 'utf8' });
  const moved = JSON.parse(lab('move', runs[3]?.id ?? '', '2'));
  expect(moved.runs.map(({ seed }: { seed: number }) => seed)).toEqual([4, 3, 1, 2]);
  await expect.poll(() => seedsOn(page)).toEqual(['4', '3', '1', '2']);

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    for (const [width, height] of SIZES) {
      await first.app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(...size), [
        width,
        height,
      ] as [number, number]);
      await page.screenshot({ path: `${FOLDER}/queue-full-${colorScheme}-${width}.png` });
    }
  }
  close();
  first.app.process().kill('SIGKILL');

  const again = await openApp({ home });
  await again.page.evaluate("location.hash = '#/queue'");
  await expect.poll(() => seedsOn(again.page), { timeout: 20_000 }).toEqual(['4', '3', '1', '2']);
  const owner = await ownerOf(home);
  const [, next] = (await owner.client.queue.show({})).runs;
  await owner.client.runs.pause({ run: next?.id ?? '' });
  await again.page.evaluate(`location.hash = '#/runs/${next?.id}'`);
  await again.page.getByRole('status', { name: 'State of the run' }).getByRole('button', { name: 'Resume' }).click();
  await again.page.getByRole('alertdialog').getByRole('button', { name: 'Before the others' }).click();
  await expect.poll(async () => (await owner.client.queue.show({})).runs.map(({ seed }) => seed)).toEqual([3, 4, 1, 2]);
  owner.close();
  await again.app.close();
});
