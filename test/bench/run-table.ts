// Prints how the table of runs behaves with 10,000 of them: `xvfb-run -a node test/bench/run-table.ts [RUNS]`, after a build.
// A frame is blank where, at the moment it is painted, some place of the table's window has no row.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openApp } from '../e2e/desktop/app-fixture.ts';
import { seedHome } from '../support/seeded-home.ts';

const [runs = 10_000] = process.argv.slice(2).map(Number);
const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-table-'));
seedHome(home, { runs, epochs: 20, studies: 100, samples: 0 });

interface Scrolling {
  readonly frames: number;
  readonly blank: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly mostMs: number;
}

/** What is run in the page: `scrollThrough` and `typeFilter`. */
const probe = readFileSync(new URL('run-table-page.js', import.meta.url), 'utf8');

async function openTable(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Runs' }).click();
  const startedAt = performance.now();
  await page.locator('[data-row="0"]').waitFor();
  console.log(`first rows after ${(performance.now() - startedAt).toFixed(0)} ms`);
  await page.getByText(`All ${`${runs}`.replace(/(\d)(\d{3})$/, '$1\u202f$2')}`).waitFor();
  console.log(`all ${runs} rows after ${(performance.now() - startedAt).toFixed(0)} ms`);
}

const { app, page } = await openApp({ home });
await page.getByRole('link', { name: 'Runs' }).waitFor();
await openTable(page);
for (const pixels of [280, 560]) {
  const { frames, blank, ...ms } = await page.evaluate<Scrolling>(`${probe}; scrollThrough(${pixels})`);
  console.log(`${pixels} px a frame: ${blank} of ${frames} frames blank; ms a frame: ${JSON.stringify(ms)}`);
}
const sortedAt = performance.now();
await page.getByRole('columnheader', { name: 'run', exact: false }).first().getByRole('button').click();
await page.locator('th[aria-sort="ascending"]').waitFor();
console.log(`sorted by name after ${(performance.now() - sortedAt).toFixed(0)} ms`);
const keys = await page.evaluate<number[]>(`${probe}; typeFilter('status:finished AND (seed:>3 OR t0:>0.5) cubic')`);
const sortedKeys = keys.toSorted((a, b) => a - b);
console.log(
  `filter: median ${sortedKeys[keys.length >> 1]?.toFixed(0)} ms a key, most ${sortedKeys.at(-1)?.toFixed(0)} ms`,
);
await app.close();
rmSync(home, { recursive: true });
