import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import type { RunEvent } from '#core/run-event.ts';
import { openHost } from '../../src-main/host.ts';
import { restoreBackup } from '../../src-main/sqlite/restore.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';
import { measured } from '../support/train-in-parts.ts';
import { tinyRun } from '../support/trainer.ts';

/** Trains a run in its home, and makes a backup while it is paused after its first epoch. */
async function trainWithBackup(home: string) {
  const host = await openHost({ home, serve: false });
  const events = await host.client.events.follow({});
  const { runId: run } = await host.client.runs.start({ spec: tinyRun(home).spec });
  for await (const event of events) if (event.type === 'epoch.finished') break;
  await host.client.runs.pause({ run });
  const backup = await host.client.backups.make({});
  await host.client.runs.resume({ run });
  await host.idle();
  const expected = await measurementsOf(host.client, run);
  const { checkpoints } = await host.client.runs.show({ run });
  await host.close('The test goes on.');
  return { run, backup, expected, steps: checkpoints.map(({ step }) => step) };
}

const measurementsOf = async (client: LabClient, run: string): Promise<readonly unknown[]> =>
  measured(await client.runs.history({ run }));

const lastResumedIn = (events: readonly RunEvent[]) => events.findLast(({ type }) => type === 'run.resumed');

test('a run of a restored backup goes on from a checkpoint that is ahead of it: same bits, no gap in its record', async () => {
  const home = temporaryFolder();
  const { run, backup, expected, steps } = await trainWithBackup(home);
  const weights = join(home, 'runs', run, 'weights.safetensors');
  const bits = readFileSync(weights);

  // As if it had been killed in its last epoch; the rows of the backup end with the first one.
  rmSync(weights);
  const folder = join(home, 'runs', run, 'checkpoints');
  for (const name of readdirSync(folder)) if (name.startsWith('60.')) rmSync(join(folder, name));
  expect(restoreBackup(home, backup.name)).toMatchObject({ losses: { laterRuns: 1 } });

  const host = await openHost({ home, serve: false });
  expect(await host.client.runs.show({ run })).toMatchObject({ status: 'paused', epoch: 1 });
  await host.client.runs.resume({ run });
  await host.idle();
  expect(readFileSync(weights)).toEqual(bits);
  const history = await host.client.runs.history({ run });
  expect(measured(history)).toEqual(expected);
  expect(lastResumedIn(history)).toMatchObject({
    step: 40,
    reason: expect.stringMatching(
      /^Goes on with step 40\. \d+ events that the database had lost are recorded again\.$/,
    ),
  });
  expect((await host.client.runs.show({ run })).checkpoints.map(({ step }) => step)).toEqual(steps);
  await host.close('The test is over.');
});
