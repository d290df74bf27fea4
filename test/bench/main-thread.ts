// Prints what the app's main thread does while it trains and answers: `xvfb-run -a node test/bench/main-thread.ts`, after a
// build. The delay of its event loop, and Chromium's own account of its tasks, in three lives: nothing to do, training, and
// training while curves over a million sampled steps are read again and again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElectronApplication } from '@playwright/test';
import { openApp } from '../e2e/desktop/app-fixture.ts';
import { lab } from '../e2e/desktop/lab-beside-app.ts';
import { ownerOf } from '../e2e/desktop/owner-client.ts';
import { traceMainThread } from '../support/main-thread.ts';
import { seedHome } from '../support/seeded-home.ts';

const LIFE_MS = 10_000;
const RUN = {
  dataset: { kind: 'synthetic', height: 32, width: 32, train: 900, test: 100 },
  validation: 100,
  model: { kind: 'densenet-bc', depth: 16, growth: 12 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  epochs: 1000,
  batchSize: 20,
  logEverySteps: 1,
};

const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-main-'));
seedHome(home, { runs: 25, epochs: 100, studies: 1, samples: 40_000 });
writeFileSync(join(home, 'spec.json'), JSON.stringify(RUN));
const { app } = await openApp({ home });
const owner = await ownerOf(home);
const { client } = owner;
const seeded = (await client.runs.list({})).map(({ id }) => id);

await sleep(2000);
await live('nothing to do', app, () => sleep(LIFE_MS));
const trained = lab(home, ['run', join(home, 'spec.json')]);
await sleep(3000);
await live('training', app, () => sleep(LIFE_MS));
await live('training, curves over 1 M points', app, readCurves);
for (const { id } of await client.runs.list({ statuses: ['running'] })) await client.runs.stop({ run: id });
await trained;
owner.close();
await app.close();
rmSync(home, { recursive: true });

async function readCurves(): Promise<void> {
  for (const startedAt = performance.now(); performance.now() - startedAt < LIFE_MS; ) {
    await client.runs.curves({ runs: seeded, series: 'stepLoss', buckets: 400 });
  }
}

async function live(name: string, electron: ElectronApplication, work: () => Promise<void>): Promise<void> {
  await electron.evaluate(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const histogram = monitorEventLoopDelay({ resolution: 5 });
    histogram.enable();
    Object.assign(globalThis, { histogram });
  });
  const tasks = await traceMainThread(electron, work);
  const { p99, max } = await electron.evaluate(() => {
    const { histogram } = globalThis as unknown as {
      readonly histogram: { percentile(share: number): number; readonly max: number; disable(): boolean };
    };
    histogram.disable();
    // Nanoseconds, the 5 ms of its own timer included.
    return { p99: histogram.percentile(99) / 1e6, max: histogram.max / 1e6 };
  });
  const most = (read: (task: (typeof tasks)[number]) => number) => Math.max(0, ...tasks.map(read)).toFixed(1);
  console.log(
    `${name}: loop delay p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms; longest of ${tasks.length} tasks: ` +
      `${most(({ workMs }) => workMs)} ms of work, ${most(({ wallMs }) => wallMs)} ms by the clock`,
  );
}
