/**
 * Takes the README's picture of the app, docs/app.png, anew: the page of the study `quick` with three seeds, 1280 x 900, light.
 *
 *   npm run study -- --seeds 1,2,3        on a quiet machine: the times in the picture are those of its runs
 *   npm run build && xvfb-run -a -s "-screen 0 1920x1200x24" node test/bench/app-picture.ts [--home DIR] [--study NAME]
 *
 * Without --home, that of `npm run study`. Nothing in the home is changed but what an opened app changes.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { homeFolder } from '../../src-main/setup/home.mjs';
import { expect, openApp } from '../e2e/desktop/app-fixture.ts';

const { values } = parseArgs({ options: { home: { type: 'string' }, study: { type: 'string', default: 'quick' } } });
const home = homeFolder(values.home, { folder: process.cwd(), environment: process.env });
const picture = fileURLToPath(new URL('../../docs/app.png', import.meta.url));

const { app, page } = await openApp({ home });
try {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 900));
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.getByRole('link', { name: values.study, exact: true }).first().click();
  await page.getByRole('table', { name: 'Arms' }).waitFor();
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0, { timeout: 60_000 });
  await page.screenshot({ path: picture });
  console.log(`Wrote ${join('docs', 'app.png')} from the study ${values.study} in ${home}.`);
} finally {
  await app.close();
}
