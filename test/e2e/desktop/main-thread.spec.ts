import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { traceMainThread } from '../../support/main-thread.ts';
import { seedHome } from '../../support/seeded-home.ts';
import { expect, openApp, test } from './app-fixture.ts';
import { lab, labJson } from './lab-beside-app.ts';
import { ownerOf } from './owner-client.ts';

/** What no task of ours on the main thread may take, so that a window of 60 pictures a second never waits for it. */
const LONGEST_MS = 16;

const RUN = {
  dataset: { kind: 'synthetic', height: 16, width: 16, train: 900, test: 100 },
  validation: 100,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  epochs: 4,
  batchSize: 20,
  logEverySteps: 1,
};

test('keeps the main thread free while it trains and reads a million points', async ({ home }) => {
  seedHome(home, { runs: 25, epochs: 100, studies: 1, samples: 40_000 });
  const { app, page } = await openApp({ home });
  const seeded = await labJson<{ readonly id: string }[]>(home, ['runs', 'list']);
  const spec = join(home, 'spec.json');
  writeFileSync(spec, JSON.stringify(RUN));
  const owner = await ownerOf(home);

  const live = async () => {
    const trained = lab(home, ['run', spec]);
    const curves = await owner.client.runs.curves({
      runs: seeded.map(({ id }) => id),
      series: 'stepLoss',
      buckets: 400,
    });
    expect(curves.reduce((sum, { points }) => sum + points, 0)).toBe(1_000_000);
    for (const view of ['runs', 'studies', 'datasets', 'settings']) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    }
    expect((await trained).code).toBe(0);
  };
  // The work of a task, not the clock's time: the trainer and the tests share two cores with it. They also empty its
  // caches, so that it works longer now and then: one life of three has to stay below.
  const longest: number[] = [];
  while (longest.length < 3 && !longest.some((workMs) => workMs < LONGEST_MS)) {
    const tasks = await traceMainThread(app, live);
    expect(tasks.length).toBeGreaterThan(100);
    longest.push(Math.max(...tasks.map(({ workMs }) => workMs)));
  }
  owner.close();
  await app.close();
  expect(Math.min(...longest)).toBeLessThan(LONGEST_MS);
});
