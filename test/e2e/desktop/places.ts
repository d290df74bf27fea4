import type { Page } from '@playwright/test';
import { expect } from './app-fixture.ts';
import { TRAINED_RUNS, TRAINED_STUDY } from './trained-home.ts';

/** Somewhere in the app, with all that is to be seen there. */
export interface Place {
  readonly name: string;
  open(page: Page): Promise<void>;
}

function view(name: string, hash: string): Place {
  return { name, open: (page) => goTo(page, hash) };
}

/** Every view of a home with the trained study. */
export const VIEWS: readonly Place[] = [
  view('studies', '#/studies'),
  view('new-study', '#/studies/new'),
  view('new-study-from-study', `#/studies/new?study=${TRAINED_STUDY.id}`),
  view('study', `#/studies/${TRAINED_STUDY.id}`),
  view('comparison', `#/comparison?studies=${TRAINED_STUDY.id}`),
  view('runs', '#/runs'),
  view('run', `#/runs/${TRAINED_RUNS[1]}`),
  view('compare-runs', `#/runs/compare?ids=${TRAINED_RUNS.slice(0, 4).join(',')}`),
  view('queue', '#/queue'),
  view('datasets', '#/datasets'),
  view('settings', '#/settings'),
  view('help', '#/help/statistics'),
  view('unknown-run', '#/runs/nosuchrun'),
  view('unknown-page', '#/nowhere'),
];

/** What lies over the views, or beside them. */
export const OVERLAYS: readonly Place[] = [
  { name: 'palette', open: (page) => press(page, '#/studies', 'ControlOrMeta+k') },
  { name: 'shortcut-sheet', open: (page) => press(page, '#/runs', '?') },
  { name: 'notices', open: (page) => press(page, '#/studies', 'g', 'n') },
  { name: 'queue-panel', open: (page) => press(page, '#/studies', 'q') },
  view('run-log', `#/runs/${TRAINED_RUNS[1]}?tab=log`),
  { name: 'new-dataset', open: (page) => press(page, '#/datasets', 'a') },
];

async function press(page: Page, hash: string, ...keys: readonly string[]): Promise<void> {
  await goTo(page, hash);
  for (const key of keys) await page.keyboard.press(key);
  await settle(page);
}

async function goTo(page: Page, hash: string): Promise<void> {
  await page.keyboard.press('Escape');
  const notices = page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Dismiss' });
  for (let left = await notices.count(); left > 0; left -= 1) await notices.first().click();
  await page.evaluate(`window.location.hash = ${JSON.stringify(hash)}`);
  await settle(page);
}

/** Nothing is being read or drawn any more. */
async function settle(page: Page): Promise<void> {
  // Two frames: what was asked for is on the page, and says whether it is still read or drawn.
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  await expect(page.getByText(/^Reading /)).toHaveCount(0);
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await page.evaluate('Promise.allSettled(document.getAnimations().map((animation) => animation.finished))');
}
