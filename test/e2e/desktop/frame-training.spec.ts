import type { ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './app-fixture.ts';

const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));

const QUIET: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };

const SPEC = {
  name: 'two at a time',
  base: {
    dataset: { kind: 'synthetic', train: 1200, test: 200 },
    validation: 200,
    model: { kind: 'wide-resnet', depth: 10, width: 1 },
    epochs: 40,
    batchSize: 20,
    logEverySteps: 2,
  },
  arms: [{ kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true }],
  seeds: [1],
  equalTimeBaseline: false,
};

test('the rail shows what trains, how far it is, and what waits', async ({ home, lab: { page } }) => {
  // On a machine that does other work, a trainer takes a minute to its first step.
  test.setTimeout(600_000);
  const strip = page.getByRole('region', { name: 'What trains now' });
  await expect(strip).toHaveText(/^\s*nothing trains\s*Queue\s*$/);

  const file = join(home, 'spec.json');
  writeFileSync(file, JSON.stringify(SPEC));
  // The app owns the home: this `lab` asks it to train, and watches.
  const lab = spawn(process.execPath, [LAB, 'study', file, '--home', home], { stdio: 'ignore' });
  const trained = strip.getByRole('link', { name: 'Open the run that trains' });
  await expect(trained).toContainText('baseline, seed 1', { timeout: 200_000 });
  await expect(strip).toContainText(/epoch \d+ of 40/);
  await expect(strip).toContainText(/left/);
  await expect(strip).toContainText('training here');
  await expect(strip).toContainText(/1 run waiting\s*(time left not known yet|.* left)/);
  const bar = strip.getByRole('progressbar');
  const before = Number(await bar.getAttribute('aria-valuenow'));
  await expect
    .poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: 200_000 })
    .toBeGreaterThan(before);

  await trained.click();
  await expect(page).toHaveURL(/#\/runs\/\w+$/);
  // The app trains on when the one who asked for it goes; what waits is stopped first.
  lab.kill('SIGINT');
  const ask = (...words: string[]) => execFileSync(process.execPath, [LAB, ...words, '--home', home, '--json'], QUIET);
  const runs: { readonly id: string }[] = JSON.parse(ask('runs', 'list'));
  for (const { id } of runs.reverse()) ask('runs', 'stop', id);
  await expect(strip).toHaveText(/^\s*nothing trains\s*Queue\s*$/, { timeout: 20_000 });
});
