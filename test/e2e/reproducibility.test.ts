import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Verification } from '#core/analysis/verification.ts';
import type { RunDetail } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { recountSums } from '../../src-main/sqlite/row-sums.ts';
import { eventsIn, lab, labJson, specFile, startLab } from '../support/lab-process.ts';
import { trainersOf } from '../support/processes.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';
import { timelessEvent } from '../support/timeless-event.ts';

const RUN = {
  dataset: { kind: 'synthetic', height: 16, width: 16, channels: 1, train: 260, test: 60 },
  train: 200,
  validation: 60,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  augment: 'crop-flip',
  epochs: 1,
  batchSize: 20,
  logEverySteps: 1,
  seed: 1,
};

/** What a run gave, without what its times are. */
function numbers(stdout: string) {
  const kept: readonly RunEvent['type'][] = ['step.sampled', 'layer.frozen', 'epoch.finished', 'run.finished'];
  return eventsIn(stdout)
    .filter(({ type }) => kept.includes(type))
    .map((event) => ({ ...timelessEvent(event), runId: null }));
}

// Each part starts a process that loads TensorFlow: long on a busy machine.
describe('a spec', { timeout: 120_000 }, () => {
  it('gives the same bits in any folder, from anywhere, as another process, and is verified until a number changes', async () => {
    const home = temporaryFolder();
    const first = await lab(home, ['run', specFile(home, RUN), '--json']);
    expect(first.code).toBe(0);

    const elsewhere = join(temporaryFolder(), 'a much longer path', 'with “signs”');
    mkdirSync(elsewhere, { recursive: true });
    const place = { cwd: elsewhere, env: { LANG: 'de_DE.UTF-8', TZ: 'Asia/Tokyo', UNRELATED: 'x'.repeat(5000) } };
    const second = await startLab(join(elsewhere, 'home'), ['run', specFile(elsewhere, RUN), '--json'], place).ended;
    expect(second.code).toBe(0);
    expect(numbers(second.stdout)).toEqual(numbers(first.stdout));

    const { runId } = eventsIn(first.stdout)[0];
    const before = await labJson<RunDetail>(home, ['runs', 'show', runId]);
    const verified = await labJson<Verification>(home, ['runs', 'verify', runId]);
    expect(verified).toMatchObject({ same: true, outcome: 'same', compared: { steps: 10, epoch: true } });
    expect(await labJson<RunDetail>(home, ['runs', 'show', runId])).toEqual(before);

    const database = new Database(join(home, 'lab.sqlite'));
    database.exec('UPDATE steps SET loss = loss + 1e-9 WHERE step = 4');
    // As another computer would have stored it: without these sums, the row is taken for damaged.
    recountSums(database);
    database.close();
    const tampered = await lab(home, ['runs', 'verify', runId]);
    expect(tampered.code).toBe(1);
    expect(tampered.stdout).toMatch(
      /no longer gives .* the loss of step 4 was .* \(1\.0e-9\)\. The environment is the same\./,
    );
    expect(tampered.stderr).toContain(`Run ${runId} is not reproduced.`);
  });

  it('is verified until Ctrl-C at the most', async () => {
    const home = temporaryFolder();
    const run = await lab(home, ['run', specFile(home, { ...RUN, train: 20 }), '--json']);
    const verification = startLab(home, ['runs', 'verify', eventsIn(run.stdout)[0].runId]);
    await expect.poll(() => trainersOf(verification.child.pid).length, { timeout: 100_000 }).toBe(1);
    verification.child.kill('SIGINT');
    expect((await verification.ended).code).toBe(130);
  });
});
