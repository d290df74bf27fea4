// Prints how long the app takes from its start to a usable window in a home of 1,000 runs:
// `xvfb-run -a node test/bench/start.ts [RUNS] [STARTS]`, after a build. Usable: the studies are listed and the table of runs,
// opened after that, has its first rows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp } from '../e2e/desktop/app-fixture.ts';
import { seedHome } from '../support/seeded-home.ts';

const [runs = 1000, starts = 7] = process.argv.slice(2).map(Number);
const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-start-'));
seedHome(home, { runs, epochs: 100, studies: 10, samples: 0 });

async function start(): Promise<{ readonly windowMs: number; readonly rowsMs: number }> {
  const startedAt = performance.now();
  const { app, page } = await openApp({ home });
  await page.getByText('densenet-bc 0', { exact: true }).waitFor();
  const windowMs = performance.now() - startedAt;
  await page.evaluate("location.hash = '#/runs'");
  await page
    .getByText(`${runs}`.replace(/(\d)(\d{3})$/, '$1\u202f$2'))
    .first()
    .waitFor();
  const rowsMs = performance.now() - startedAt - windowMs;
  await app.close();
  return { windowMs, rowsMs };
}

function report(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((one, other) => one - other);
  console.log(`${name}: least ${sorted[0]?.toFixed(0)} ms, median ${sorted[sorted.length >> 1]?.toFixed(0)} ms`);
}

await start();
const measured = [];
for (let index = 0; index < starts; index++) measured.push(await start());
report(
  `start to the list of studies, ${runs} runs`,
  measured.map(({ windowMs }) => windowMs),
);
report(
  'from there to the first rows of the table of runs',
  measured.map(({ rowsMs }) => rowsMs),
);
rmSync(home, { recursive: true });
